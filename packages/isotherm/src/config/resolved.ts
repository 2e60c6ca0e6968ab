import type { PrivacyPolicy } from "@isotherm/protocol";
import type {
  CollectorConfig,
  IsothermConfig,
  PassthroughConfig,
  ProxyConfig,
  RelayConfig,
  RetentionConfig,
  SiteConfig,
} from "./options.js";

/** A site with its defaults applied. */
export interface ResolvedSite
  extends Required<Omit<SiteConfig, "privacy" | "keys" | "retention">>,
    Pick<SiteConfig, "keys"> {
  readonly privacy: PrivacyPolicy;
  readonly retention: Required<RetentionConfig>;
}

type Defaulted<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;

/** The relay's part with its defaults applied; what has none may be absent still. */
export type ResolvedRelay = Defaulted<
  RelayConfig,
  | "name"
  | "host"
  | "port"
  | "passthrough"
  | "targets"
  | "proxy"
  | "trustProxy"
  | "visitorCookie"
  | "requestsPerMinute"
  | "eventsPerMinute"
  | "intakeBytes"
  | "journalBytes"
> & {
  readonly collector: NonNullable<RelayConfig["collector"]>;
  readonly passthrough: readonly (PassthroughConfig & { readonly journalBytes: number })[];
  readonly proxy: readonly ProxyConfig[];
};

/** The collector's part with its defaults applied. */
export type ResolvedCollector = Defaulted<
  CollectorConfig,
  | "host"
  | "port"
  | "dashboard"
  | "trustProxy"
  | "requestsPerMinute"
  | "eventsPerMinute"
  | "intakeBytes"
  | "journalBytes"
  | "database"
  | "store"
  | "autoMigrate"
  | "places"
  | "snapshots"
  | "auth"
> & {
  /** The operator's key, which the environment alone may hold; null where nobody is the operator. */
  readonly adminKey: string | null;
};

/** File, environment and flags in one, checked, with defaults, and with absolute paths. */
export interface ResolvedConfig {
  /** Folder of the configuration file, or the working folder when there is none. */
  readonly folder: string;
  /** The file that was read; null when there is none. */
  readonly file: string | null;
  /** As the file has it, to be written back with additions. */
  readonly written: IsothermConfig;
  readonly data: string;
  readonly log: NonNullable<IsothermConfig["log"]>;
  readonly sites: readonly ResolvedSite[];
  readonly relay: ResolvedRelay;
  readonly collector: ResolvedCollector;
}
