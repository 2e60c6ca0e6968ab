import { experiments } from "@isotherm/sdk";

export const tests = experiments({
  "order button": { variants: ["Order", "Keep one for me"] },
});
