import type { BatchJournal } from "@isotherm/journal";
import type { FastifyBaseLogger } from "fastify";
import type { IngestAuthOptions } from "./auth/ingest-auth.js";
import type { BeforeInsert } from "./project/before-insert.js";
import type { SnapshotOptions } from "./snapshot/options.js";
import type { Store } from "./store/store.js";

/** A collector that is about to start. */
export interface CollectorOptions {
  /** Folder for the snapshot of keys that keeps intake alive while the store is away, and for records that the store does not take. */
  readonly folder: string;
  /** Where batches are kept until the projector has them. Its owner closes it, after the collector. */
  readonly journal: BatchJournal;
  /** Its owner closes it, after the collector. */
  readonly store: Store;
  /** Names the journal in a store that several collectors share. @default "collector" */
  readonly name?: string;
  /** Brings the store's schema up to this code when starting; without it, somebody else does. @default true */
  readonly migrate?: boolean;
  /** Proxies whose `X-Forwarded-For` is believed: addresses or CIDR ranges. @default [] */
  readonly trustProxy?: readonly string[];
  /** Header that a trusted proxy writes the country into, as `cf-ipcountry`. @default none */
  readonly countryHeader?: string;
  /** Headers with the names of region and city, as `x-vercel-ip-city`. @default none */
  readonly regionHeader?: string;
  readonly cityHeader?: string;
  /** Requests a minute that one address may send straight from a browser (token bucket). @default 600 */
  readonly requestsPerMinute?: number;
  /** Events a minute that browsers may send straight under one key (token bucket). @default 600000 */
  readonly eventsPerMinute?: number;
  /**
   * Bytes of bodies, unpacked, that requests under way may hold together; whoever finds no room is answered 503. One address,
   * or one IPv6 /64, may hold a quarter of it, or 10485760 (what the largest request takes) where that is more, but then no
   * more than half. A body that is alone is always taken, up to what a request may have. @default 33554432 (32 MiB)
   */
  readonly intakeBytes?: number;
  /** Wrong keys, tokens or signatures a minute from one network before it is refused unheard. @default 30 */
  readonly failuresPerMinute?: number;
  /** Milliseconds between two looks at the store's sites and keys. @default 2000 */
  readonly pollEvery?: number;
  /** Realtime streams that may be open at once. @default 100 */
  readonly streams?: number;
  /** How many page snapshots are asked for and kept, as backgrounds of heatmaps; false asks for none. @default {} */
  readonly snapshots?: SnapshotOptions | false;
  /** The operator's key, of 24 characters at least: `x-admin-key` opens projects, keys and the audit with it. @default nobody's */
  readonly adminKey?: string | null;
  /** What proves, besides the site's public key, that a batch that no relay signed may come in. @default { mode: "projectKey" } */
  readonly auth?: IngestAuthOptions;
  /** Serves the dashboard at `/`. @default true */
  readonly dashboard?: boolean;
  /**
   * Sees each batch on its way from the journal into the store: returns it, changed or not, or null to refuse it. Runs again
   * for a batch that is projected again, after a crash as well. Where it throws, the batch is stored as it came.
   * @default none
   */
  readonly onBeforeInsert?: BeforeInsert;
  /** Takes the collector's log lines, which hold neither bodies nor addresses. @default none */
  readonly logger?: FastifyBaseLogger;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
}
