import { experiments } from "@isotherm/sdk";

export const tests = experiments({
  "reserve button": { variants: ["Reserve", "Keep one for me"] },
});
