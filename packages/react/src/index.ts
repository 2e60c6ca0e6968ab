"use client";
export { IsothermProvider, type IsothermProviderProps } from "./provider.js";
export { useExperiment } from "./use-experiment.js";
export { useIsotherm } from "./use-isotherm.js";
export { useTrack } from "./use-track.js";
