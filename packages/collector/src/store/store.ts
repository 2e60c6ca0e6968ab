import type { Position } from "@isotherm/journal";
import type { Gone, Salt, SealedBatch } from "@isotherm/protocol";
import type { ImportedPart, ImportedPartReport } from "./imported.js";
import type { HeldSnapshot, NewSnapshot, SnapshotBounds } from "./page-snapshots.js";
import type { AuditEntry, Erasure, ErasureOrder, Member, Organisation } from "./people.js";
import type { AnswerTexts, Queries } from "./queries.js";
import type { Registry, Rotation, Site, StoredKey } from "./sites.js";

/** A step of the schema that is still to be run. */
export interface PendingStep {
  readonly version: number;
  readonly name: string;
  /** Its statements, without semicolons at their ends where they are one each. */
  readonly statements: readonly string[];
}

/** A batch on its way from the journal into the models. */
export interface ArrivedBatch {
  readonly site: string;
  readonly batch: SealedBatch;
  /** When the collector acknowledged it, in ms since 1970. */
  readonly receivedAt: number;
}

/** Discards that a client reported. */
export interface ArrivedGone {
  readonly site: string;
  readonly gone: readonly Gone[];
  readonly receivedAt: number;
}

/** A run of the journal, projected as one. */
export interface Chunk {
  /** Which journal: several collectors may share a store. */
  readonly journal: string;
  /** The cursor before, for compare-and-set, and after. */
  readonly from: Position;
  readonly to: Position;
  /** As the journal holds them. */
  readonly records: readonly Uint8Array[];
}

/** What projecting a chunk did. */
export interface ProjectReport {
  readonly stored: number;
  readonly duplicates: number;
  /** Stored batches of which something could not be enriched, and so is unknown, by what it was. */
  readonly failed?: { readonly [part: string]: number };
  /** Records that no one can read: skipped. */
  readonly unreadable: number;
  /** Batches of visitors that were erased, and of days that are no longer kept: skipped. */
  readonly erased?: number;
  readonly expired?: number;
}

/** Values of a dimension that have no row of their own, since a day has more than are told apart. */
export interface FoldedValues {
  readonly dimension: string;
  /** Days of sites of which there are some. */
  readonly days: number;
  /** How many there are; one of two days counts twice. */
  readonly values: number;
}

/** Models that can be derived again from raw. */
export type RebuildModel = "heat" | "sessions" | "days";

/** A part of that work. */
export interface RebuildStep {
  /** How far it is within its stage. */
  readonly done: number;
  readonly total: number;
  /** With what to go on; null when all is done. */
  readonly next: readonly number[] | null;
}

/**
 * Where a collector keeps what it knows. The one invariant: raw is unique by batch id, everything else can be derived
 * again from it. Transactions only make it faster; a store without them keeps the same promises.
 */
export interface Store {
  /** Brings the schema up to this code. Refuses, with `schema_ahead`, a schema that is newer than the code; `schema_denied`: the user may not change it. */
  migrate(): Promise<void>;
  /** Which product keeps it, with its version, as `PostgreSQL 15.4`; asked of the database itself. */
  product(): Promise<string>;
  /** What `migrate` would run, in the database's own words, oldest first; changes nothing. Refuses what `migrate` refuses. */
  pendingSteps(): Promise<readonly PendingStep[]>;

  registry(): Promise<Registry>;
  /** Creates a site or replaces the one of this id. */
  putSite(site: Site): Promise<void>;
  /** Creates a site, and notes who did so; false, with nothing changed, where one has this id: of two callers at once, for one. */
  addSite(site: Site, actor?: string): Promise<boolean>;
  /**
   * Creates a key or replaces the one of this id, and notes for the audit who did so: the id of a key, `admin` or `command`. One
   * that is revoked stays so: of two revocations the earlier holds, whoever knew of which.
   */
  putKey(key: StoredKey, actor?: string): Promise<void>;
  /**
   * Creates a key in the place of another, and notes who did so. False, with nothing changed, where the other is not there, or
   * was revoked before the new one was made.
   */
  rotateKey(rotation: Rotation, actor?: string): Promise<boolean>;
  /** Creates an organisation, and notes who did so; false, with nothing changed, where one has this id. */
  addOrganisation(organisation: Organisation, actor?: string): Promise<boolean>;
  /** Creates a member or replaces the one of this id, and notes who did so. */
  putMember(member: Member, actor?: string): Promise<void>;
  /**
   * Salts that are not past keeping (48 h after their day began), after creating those that `wanted` names and that do
   * not exist: of two callers at once both get the same secret. Salts past keeping are deleted for good.
   */
  salts(wanted: readonly Salt[], now: number): Promise<readonly Salt[]>;

  /** How far this journal has been projected; 0 for one never seen. */
  cursor(journal: string): Promise<Position>;
  /**
   * Appends to raw what is not there yet, derives again all that it touches, and moves the cursor last, by
   * compare-and-set: `cursor_moved` rejects when it is not at `from`. Running a chunk again, wholly or in part, changes
   * nothing but the count of duplicates. `store_unavailable` or `store_refused` rejects where the fault is the store's, as a full
   * disk: whoever projects then tries again for as long as it takes, while after any other error a record may be to blame.
   */
  project(chunk: Chunk): Promise<ProjectReport>;

  /** All that are stored, of every site. */
  heldSnapshots(): Promise<readonly HeldSnapshot[]>;
  /**
   * Stores a snapshot, whose tree is JSON under gzip, in the place of the one of the same page, width class and layout, and
   * keeps its site within the bounds. One whose page view was erased is left out. `site_unknown` rejects for a site that is
   * not there.
   */
  putSnapshot(snapshot: NewSnapshot, bounds: SnapshotBounds, tree: Uint8Array): Promise<void>;

  /**
   * Stores what another tool counted, beside what is derived: summaries, series by day and breakdowns without a filter add it
   * up. Rows of days from the site's first visit on are left out. `site_unknown` rejects for a site that is not there.
   */
  putImported(part: ImportedPart): Promise<ImportedPartReport>;

  /**
   * Derives a model again from raw, in short transactions, so that others may read and write meanwhile, other processes
   * too; what they write is derived as ever. What raw no longer tells of stays as it is. Ended halfway, it leaves nothing
   * broken, and may begin anew. `onProgress` hears of each stage how much of it is done.
   */
  rebuild(model: RebuildModel, onProgress?: (done: number, total: number) => void): Promise<void>;

  /**
   * Orders an erasure. From when it resolves on, `project` skips what happened to these visitors up to `until`, and takes
   * who else they are by what it skips for erased as well; what is stored of them goes with the next sweeps. `site_unknown` rejects for a site that is not there.
   */
  erase(order: ErasureOrder): Promise<Erasure>;
  /**
   * One small step of deleting what is not to be kept: what erasures ask for, what a site's retention no longer covers,
   * texts and names that nothing refers to any more. True while there is more to do; false where nothing is left of what
   * was deleted, not even overwritten pages, or where that has to be tried again later.
   */
  sweep(now: number): Promise<boolean>;
  /** Keeps a deed for the audit, durably. */
  note(entry: AuditEntry): Promise<void>;

  readonly queries: Queries;
  readonly texts: AnswerTexts;

  /** What days keep under `(other)`, by dimension; those without any are left out. */
  folded(): Promise<readonly FoldedValues[]>;
  /** One cheap read; rejects when the store is away. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
