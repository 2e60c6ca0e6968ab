import type { Capture } from "../../capture.js";
import { sample } from "../../identity/sample.js";

/** The share stands beside the name: `data-use="sample" data-sample="0.1"`. */
export const capture = (): Capture =>
  sample(Number(document.querySelector<HTMLElement>("[data-key][data-sample]")?.dataset.sample));
