export type { IngestAuthOptions } from "./auth/ingest-auth.js";
export { type Collector, createCollector } from "./collector.js";
export { CollectorError, type CollectorErrorCode, type CollectorErrorOptions } from "./collector-error.js";
export type { CollectorHealth, ProjectorHealth } from "./health/health.js";
export type { DaysImportOptions, DaysImportReport } from "./import/day-sums.js";
export { importGa4 } from "./import/import-ga4.js";
export { type HeatImportOptions, type HeatImportReport, importHeat } from "./import/import-heat.js";
export { importPlausible } from "./import/import-plausible.js";
export type { CollectorOptions } from "./options.js";
export type { BeforeInsert } from "./project/before-insert.js";
export { type CollectorServer, type CollectorServerOptions, collectorServer } from "./server/collector-server.js";
export { type MysqlStoreOptions, mysqlStore } from "./store/mysql/store.js";
export type { KeyScope, Member, MemberRole, Organisation, Retention } from "./store/people.js";
export { type PostgresStoreOptions, postgresStore } from "./store/postgres/store.js";
export { type SqliteStoreOptions, sqliteStore } from "./store/sqlite/store.js";
export type {
  ArrivedBatch,
  ArrivedGone,
  Chunk,
  Filter,
  KeyKind,
  ProjectReport,
  Queries,
  Range,
  RebuildModel,
  Registry,
  Site,
  SiteQuery,
  Store,
  StoredKey,
} from "./store/store.js";
