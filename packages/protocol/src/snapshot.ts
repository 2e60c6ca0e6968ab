import type { WidthClass } from "./heatmap.js";

/**
 * What is said of a page snapshot, in the first line of its upload; the second line is the tree. Both are JSON. The
 * upload goes to the intake's path followed by `/` and the snapshot's `ref`, a UUID.
 */
export interface SnapshotHead {
  readonly v: 1;
  /** The site's public key. */
  readonly key: string;
  /** The page view that it was taken in. */
  readonly view: string;
  /** The page's address, cleaned and named as in that page view's batches. */
  readonly url: string;
  /** When it was taken: client's clock, in ms since 1970. */
  readonly at: number;
  /** Viewport and document, in CSS pixels. */
  readonly vw: number;
  readonly vh: number;
  readonly dw: number;
  readonly dh: number;
  /** The layout's version, as in `page.layout` of the page view's batches. */
  readonly layout: string;
  readonly consent: "granted" | "unset";
}

/** A node as rrweb-snapshot serialises it: https://github.com/rrweb-io/rrweb/tree/main/packages/rrweb-snapshot */
export interface SnapshotNode {
  /** Document, doctype, element, text, CDATA, comment. */
  readonly type: 0 | 1 | 2 | 3 | 4 | 5;
  readonly id: number;
  readonly tagName?: string;
  readonly attributes?: { readonly [name: string]: string | number | boolean | null };
  readonly childNodes?: readonly SnapshotNode[];
  readonly textContent?: string;
  /** It stands in the shadow root of its parent. */
  readonly isShadow?: boolean;
}

/** A page that a snapshot is wanted of: told to relays, which tell browsers its `page` alone. */
export interface WantedSnapshot {
  /** Normalised path, as `/pricing`. */
  readonly page: string;
  readonly bucket: WidthClass;
  readonly layout: string;
}

/** A stored snapshot, without its tree. */
export interface SnapshotEntry {
  readonly ref: string;
  readonly page: string;
  readonly bucket: WidthClass;
  readonly layout: string;
  /** When it was received, in ms since 1970. */
  readonly at: number;
  /** Origin of the page, as `https://shop.example`. */
  readonly origin: string;
  /** Viewport and document when it was taken, in CSS pixels. */
  readonly vw: number;
  readonly vh: number;
  readonly dw: number;
  readonly dh: number;
  /** Bytes that it takes in the store. */
  readonly bytes: number;
}

/** `GET /v1/sites/:id/snapshots` */
export interface SnapshotsAnswer {
  /** Newest first. */
  readonly snapshots: readonly SnapshotEntry[];
}

/** `GET /v1/sites/:id/snapshots/:ref` */
export interface SnapshotAnswer {
  readonly snapshot: SnapshotEntry;
  readonly tree: SnapshotNode;
}
