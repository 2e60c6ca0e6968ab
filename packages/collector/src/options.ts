import type { BatchJournal } from "@isotherm/journal";
import type { Store } from "./store/store.js";

/** A collector that is about to start. */
export interface CollectorOptions {
  /** Folder for the snapshot of keys that keeps intake alive while the store is away. */
  readonly folder: string;
  /** Where batches are kept until the projector has them. */
  readonly journal: BatchJournal;
  readonly store: Store;
  /** Proxies whose `X-Forwarded-For` is believed, for batches that come straight from browsers. @default [] */
  readonly trustProxy?: readonly string[];
  /** Header that a trusted proxy writes the country into. @default none */
  readonly countryHeader?: string;
  /** Serves the dashboard at `/`. @default true */
  readonly dashboard?: boolean;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
}
