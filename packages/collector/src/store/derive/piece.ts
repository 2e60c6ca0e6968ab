/** A name of something: a row's number in a store, or any string in a test. */
export type Ref = string | number;

/**
 * What deriving visits needs to know of one batch (or of one part of a batch that its own pauses cut). Small, so that a
 * visitor's window can be read again on every arrival. Times are ms since 1970, corrected for the client's clock.
 */
export interface Piece {
  /** Orders pieces of the same time: the batch's key, then the part. */
  readonly order: string;
  readonly visitor: Ref;
  readonly user: Ref | null;
  /** Times of the first and last event of any kind. */
  readonly at: number;
  readonly until: number;
  /** Times of the first and last activity; null where there is none. */
  readonly first: number | null;
  readonly last: number | null;
  readonly page: Ref;
  readonly title: Ref | null;
  /** Which page view it belongs to. */
  readonly view: Ref;
  /** Width class and local day. */
  readonly bucket: number;
  readonly day: number;
  /** Time of its `page` event, where that counts as a page view. */
  readonly viewed: number | null;
  readonly views: number;
  readonly clicks: number;
  /** Custom events and goals, and those that end a bounce. */
  readonly events: number;
  readonly breaks: number;
  readonly engaged: number;
  /** Deepest scroll in per mille of the document's height; null where scrolls were not captured. */
  readonly depth: number | null;
  readonly width: number;
  readonly height: number;
  readonly fold: number;
}

/** The numbers of a piece that come from its events alone. */
export type PieceCounts = Pick<
  Piece,
  "at" | "until" | "first" | "last" | "viewed" | "views" | "clicks" | "events" | "breaks" | "engaged" | "depth"
>;
