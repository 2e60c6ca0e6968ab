"use client";
import type { Isotherm } from "@isotherm/sdk";
import { useIsotherm } from "./use-isotherm.js";

/** `track(name, props)`, the same function at every render. */
export function useTrack(): Isotherm["track"] {
  return useIsotherm().track;
}
