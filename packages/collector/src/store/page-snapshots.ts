import type { SnapshotEntry, WidthClass } from "@isotherm/protocol";

/** Which snapshots of a site; null stands for any. */
export interface SnapshotsQuery {
  readonly site: string;
  readonly page: string | null;
  readonly bucket: WidthClass | null;
}

/** One of them. */
export interface SnapshotQuery {
  readonly site: string;
  readonly ref: string;
}

/** A snapshot on its way into the store. */
export interface NewSnapshot extends Omit<SnapshotEntry, "bytes"> {
  readonly site: string;
  /** The page view that it was taken in. */
  readonly view: string;
}

/** What is known of every stored snapshot when it is decided which ones are wanted. */
export interface HeldSnapshot extends Pick<SnapshotEntry, "page" | "bucket" | "layout" | "at"> {
  readonly site: string;
}

/** How much a site may keep: the oldest goes first. */
export interface SnapshotBounds {
  readonly count: number;
  /** Bytes of all trees together. */
  readonly bytes: number;
  /** What was received before this, in ms since 1970, goes. */
  readonly since: number;
}
