import type { Isotherm } from "@isotherm/sdk";
import { useIsotherm } from "./use-isotherm.js";

/** `track(name, props)`. */
export function useTrack(): Isotherm["track"] {
  return useIsotherm().track;
}
