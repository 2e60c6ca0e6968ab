import type { PrivacyPolicy } from "@isotherm/protocol";
import type { PresetName, ProxyProof, TargetOptions } from "@isotherm/relay";

/** A site that exists as soon as the collector starts. */
export interface SiteConfig {
  /** Names the site in addresses and commands; never changes. */
  readonly id: string;
  /** What people read. @default the id */
  readonly name?: string;
  /** Sites of one group share their daily visitors. @default the id */
  readonly group?: string;
  /** IANA time zone in which the site's days begin. @default "UTC" */
  readonly timeZone?: string;
  /** Origins whose pages may send, as `https://shop.example`; `*` allows all. @default ["*"] */
  readonly origins?: readonly string[];
  /** Public keys of its pages, for a relay without a collector; with one, the collector tells them. @default none */
  readonly keys?: readonly string[];
  /** What happens to visitors who send GPC or DNT. @default drop, both */
  readonly privacy?: Partial<PrivacyPolicy>;
  /** How many of the site's days are kept, today included; 0 keeps them for ever. */
  readonly retention?: RetentionConfig;
  /** Organisation that the site belongs to. @default "default" */
  readonly organisation?: string;
}

/** How long what a site's visitors did is kept, in days. */
export interface RetentionConfig {
  /** Batches and visits: whatever tells one visitor from another. @default 0 */
  readonly rawDays?: number;
  /** Numbers of whole days and heat, with batches and visits at the latest. @default 0 */
  readonly aggregateDays?: number;
  /** Page snapshots. @default 0 */
  readonly snapshotDays?: number;
}

/** Something else that the relay's origin serves. */
export interface ProxyConfig {
  /** Path on the relay, as `/` or `/docs`. */
  readonly path: string;
  /** Address that answers it, as `http://127.0.0.1:3000`. */
  readonly to: string;
}

/** A first-party path for a tracker that the site already has. */
export interface PassthroughConfig {
  /** Its name in counters and health, and of its journal. @default the preset, else "passthrough" */
  readonly name?: string;
  /** Path on the relay, as `/q7k2m9x4`. */
  readonly path: string;
  /** The backend's address, as `https://eu.i.posthog.com`. */
  readonly to: string;
  /** Whose tracker it is. @default none */
  readonly preset?: PresetName;
  /** Requests that are kept until the backend has them, as `POST /e/`; a `*` at the end stands for any rest. @default the preset's */
  readonly durable?: readonly string[];
  /** What happens to visitors who send GPC or DNT. @default { gpc: "drop", dnt: "ignore" } */
  readonly privacy?: { readonly gpc?: "drop" | "ignore"; readonly dnt?: "drop" | "ignore" };
  /** Page views and custom events go to Isotherm as well, under this public key. @default none */
  readonly copy?: { readonly key: string };
  /** Bytes that may wait on disk for this backend, at least 8388608. @default 268435456 */
  readonly journalBytes?: number;
}

/** A text that stands in a variable of the environment, as a secret should. */
export interface EnvironmentText {
  readonly $env: string;
}

type Told<T> = T extends string
  ? T | EnvironmentText
  : T extends readonly (infer Item)[]
    ? readonly Told<Item>[]
    : T extends object
      ? { readonly [Field in keyof T]: Told<T[Field]> }
      : T;

type ToldTarget<T> = T extends { readonly type: infer Type } ? { readonly type: Type } & Told<Omit<T, "type">> : never;

/** A backend that gets events besides the collector; any text in it may stand in the environment. */
export type TargetConfig = ToldTarget<TargetOptions>;

/** The part that browsers talk to. */
export interface RelayConfig {
  /** Its name in what it forwards, in health and in metrics. @default "relay" */
  readonly name?: string;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Port to listen on; 0 takes any free one. @default 8787 */
  readonly port?: number;
  /** Port for Prometheus metrics, on the same address. @default none */
  readonly metricsPort?: number;
  /** First-party paths; `isotherm init` chooses them at random, once. */
  readonly paths?: { readonly intake?: string; readonly script?: string };
  /** First-party paths for trackers that the site already has. @default [] */
  readonly passthrough?: readonly PassthroughConfig[];
  /** Other backends that get events too, as docs/targets.md describes them. @default [] */
  readonly targets?: readonly TargetConfig[];
  /** What else the relay's origin serves. @default [] */
  readonly proxy?: readonly ProxyConfig[];
  /** Proxies whose `X-Forwarded-For` is believed: addresses or CIDR ranges. @default [] */
  readonly trustProxy?: readonly string[];
  /** A proxy without an address of its own, as a platform's, that is believed because it shows a secret. @default none */
  readonly proxyProof?: Partial<ProxyProof>;
  /** Header that a trusted proxy writes the country into. @default none */
  readonly countryHeader?: string;
  /** Headers that it writes the names of region and city into. @default none */
  readonly regionHeader?: string;
  readonly cityHeader?: string;
  /** Knows visitors again for 13 months, by an HttpOnly cookie for the intake alone. @default false */
  readonly visitorCookie?: boolean;
  /** Requests a minute from one address. @default 600 */
  readonly requestsPerMinute?: number;
  /** Events a minute under one key. @default 600000 */
  readonly eventsPerMinute?: number;
  /** Bytes of bodies that requests under way may hold together, a quarter or 10 MiB by one address. @default 33554432 */
  readonly intakeBytes?: number;
  /** Bytes that may wait on disk, at least 8388608. @default 1073741824 */
  readonly journalBytes?: number;
  /** Keeps what the intake refuses as invalid or for its key, up to so many bytes, without the visitor's address. @default none */
  readonly quarantine?: { readonly maxBytes?: number };
  /** Where batches go; `isotherm serve` fills it in by itself. */
  readonly collector?: { readonly url?: string; readonly keyId?: string; readonly secrets?: readonly string[] };
}

/** The part that stores and answers. */
export interface CollectorConfig {
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Port to listen on; 0 takes any free one. @default 8788 */
  readonly port?: number;
  /** Port for Prometheus metrics, on the same address. @default none */
  readonly metricsPort?: number;
  /** Serves the dashboard at `/`. @default true */
  readonly dashboard?: boolean;
  /** Proxies whose `X-Forwarded-For` is believed, for batches that come straight from browsers. @default [] */
  readonly trustProxy?: readonly string[];
  /** Header that a trusted proxy writes the country into. @default none */
  readonly countryHeader?: string;
  /** Headers that it writes the names of region and city into. @default none */
  readonly regionHeader?: string;
  readonly cityHeader?: string;
  /** SQLite file, relative to the configuration file. @default "<data>/collector/isotherm.db" */
  readonly database?: string;
  /** A database on a server, which several collectors may share, instead of the SQLite file. @default {} */
  readonly store?: StoreConfig;
  /** Brings the database's schema up to this program at each start; without it, `isotherm migrate` does. @default true */
  readonly autoMigrate?: boolean;
  /** Files (mmdb) that say where networks are and whose, relative to the configuration file. @default [] */
  readonly places?: readonly string[];
  /** Requests a minute that one address may send straight from a browser. @default 600 */
  readonly requestsPerMinute?: number;
  /** Events a minute that browsers may send straight under one key. @default 600000 */
  readonly eventsPerMinute?: number;
  /** Bytes of bodies that requests under way may hold together, a quarter or 10 MiB by one address. @default 33554432 */
  readonly intakeBytes?: number;
  /** Bytes that may wait on disk for the database, at least 8388608. @default 1073741824 */
  readonly journalBytes?: number;
  /** How many page snapshots, the backgrounds of heatmaps, are asked for and kept. @default {} */
  readonly snapshots?: SnapshotConfig;
  /** What proves, besides the site's key, that a batch that no relay signed may come in. @default {} */
  readonly auth?: IngestAuthConfig;
}

/** Tokens of a service that knows the site's users, for batches that come straight from browsers or servers. */
export interface IngestAuthConfig {
  /** `jwt` asks for a token, `both` judges one that is shown. @default "projectKey" */
  readonly mode?: "projectKey" | "jwt" | "both";
  /** Address of the issuer's JWK Set: https, or this machine. @default none */
  readonly jwksUrl?: string;
  /** What a token's `iss` has to say. @default none */
  readonly issuer?: string;
  /** What a token's `aud` has to hold. @default none */
  readonly audience?: string;
}

/** The database, a server of PostgreSQL, MariaDB or MySQL, or SQLite's file, and how it is used. */
export interface StoreConfig {
  /** As `postgres://user:password@host/database` or `mysql://user:password@host/database`. @default none: SQLite */
  readonly url?: string;
  /** A replica of that server, which answers queries. @default url */
  readonly readUrl?: string;
  /** Connections that answer queries, beside the one that writes. @default 2 */
  readonly readers?: number;
  /** Milliseconds that a query may take. @default 15000 */
  readonly deadline?: number;
  /**
   * Values of each dimension that a day of a site tells apart, at least 1; the less frequent stand together as `(other)`. The
   * same for all collectors on one database. @default 10000
   */
  readonly mostValues?: number;
}

/** Page snapshots; how often they are asked for, and how many are kept. */
export interface SnapshotConfig {
  /** Days after which a page that is still visited is asked for again. @default 14 */
  readonly refreshDays?: number;
  /** Days after which a page snapshot goes with the next one that its site stores. @default 180 */
  readonly keepDays?: number;
  /** Page snapshots that one site keeps; the oldest goes first. @default 1000 */
  readonly perSite?: number;
  /** Bytes that one site's page snapshots take together, compressed. @default 134217728 */
  readonly bytesPerSite?: number;
  /** Page snapshots that one site stores in an hour. @default 120 */
  readonly perHour?: number;
}

/** What `isotherm.config.json` and `isotherm.config.mjs` may hold. */
export interface IsothermConfig {
  /** Where editors find the schema. */
  readonly $schema?: string;
  /** Folder for journals, the database and secrets, relative to the configuration file. @default "./isotherm-data" */
  readonly data?: string;
  /** Least level of the log lines, which are JSON on standard error. @default "warn" */
  readonly log?: "debug" | "info" | "warn" | "error" | "silent";
  /** @default [] */
  readonly sites?: readonly SiteConfig[];
  readonly relay?: RelayConfig;
  readonly collector?: CollectorConfig;
}

/** Gives editors the types of a configuration; returns it as it is. */
export function defineConfig(config: IsothermConfig): IsothermConfig {
  return config;
}
