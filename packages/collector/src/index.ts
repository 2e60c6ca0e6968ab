export type { CollectorOptions } from "./options.js";
