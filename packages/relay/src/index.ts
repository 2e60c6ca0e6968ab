export type { CollectorTargetOptions, RelayOptions } from "./options.js";
