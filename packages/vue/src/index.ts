export { type IsothermPlugin, type IsothermPluginOptions, isothermPlugin } from "./plugin.js";
export type { TrackDirective, TrackValue } from "./track-directive.js";
export { useExperiment } from "./use-experiment.js";
export { useIsotherm } from "./use-isotherm.js";
export { useTrack } from "./use-track.js";
