import type { Piece, Ref } from "./piece.js";

/** One page view within one visit. */
export interface PageView {
  readonly view: Ref;
  readonly page: Ref;
  readonly title: Ref | null;
  readonly bucket: number;
  readonly day: number;
  readonly at: number;
  /** `page` events: 1, or 0 where the visit only went on with a page that it had left. */
  readonly views: number;
  readonly clicks: number;
  readonly engaged: number;
  /** Deepest scroll in per mille of the document's height; null where scrolls were not captured. */
  readonly depth: number | null;
  /** Document width and height and viewport height, as last reported. */
  readonly width: number;
  readonly height: number;
  readonly fold: number;
}

/** The page views of one visit, oldest first; `pieces` in order of time. */
export function pageViews(pieces: readonly Piece[]): readonly PageView[] {
  const views = new Map<Ref, PageView>();
  for (const piece of pieces) {
    const known = views.get(piece.view);
    views.set(piece.view, known ? add(known, piece) : begin(piece));
  }
  return [...views.values()];
}

function begin(piece: Piece): PageView {
  const { view, page, title, bucket, day, at, views, clicks, engaged, depth, width, height, fold } = piece;
  return { view, page, title, bucket, day, at, views, clicks, engaged, depth, width, height, fold };
}

function add(known: PageView, piece: Piece): PageView {
  const { width, height, fold } = piece;
  return {
    ...known,
    title: piece.title ?? known.title,
    views: known.views + piece.views,
    clicks: known.clicks + piece.clicks,
    engaged: known.engaged + piece.engaged,
    depth: piece.depth === null ? known.depth : Math.max(known.depth ?? 0, piece.depth),
    width,
    height,
    fold,
  };
}
