import type { Dimension } from "@isotherm/protocol";

/** Whose numbers they were. */
export type ImportOrigin = "plausible" | "ga4";

/** What another tool counted on one local day of one value of a dimension; `all` is the whole day, and its value is empty. */
export interface ImportedRow {
  readonly dimension: Dimension | "all";
  /** As `2026-11-21`. */
  readonly day: string;
  readonly value: string;
  readonly visitors: number;
  readonly visits: number;
  /** The visits of which `bounces` and `duration` (ms) speak: 0 where the tool does not say. */
  readonly rated: number;
  /** Of an event, how often it happened. */
  readonly pageViews: number;
  readonly bounces: number;
  readonly duration: number;
}

/** A part of an import. */
export interface ImportedPart {
  readonly site: string;
  readonly origin: ImportOrigin;
  /** Days of a dimension whose rows of this origin go first: those of an import before. */
  readonly anew: readonly (readonly [dimension: ImportedRow["dimension"], day: string])[];
  /** What is there of the same day and value is added to. */
  readonly rows: readonly ImportedRow[];
}

/** What became of a part. */
export interface ImportedPartReport {
  readonly stored: number;
  /** Rows of days from the site's first visit of its own on, which would count twice. */
  readonly own: number;
  /** The day of that visit; null where there is none. */
  readonly begins: string | null;
}
