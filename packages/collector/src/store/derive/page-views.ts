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
    views.set(piece.view, known ? extendView(known, piece) : begin(piece));
  }
  return [...views.values()];
}

function begin(piece: Piece): PageView {
  const { view, page, title, bucket, day, at, views, clicks, engaged, depth, width, height, fold } = piece;
  return { view, page, title, bucket, day, at, views, clicks, engaged, depth, width, height, fold };
}

/** What pieces after the first may change of a page view. */
export const changing = ["title", "views", "clicks", "engaged", "depth", "width", "height", "fold"] as const;

/** A page view with what came later. */
export function extendView(known: PageView, later: Pick<PageView, (typeof changing)[number]>): PageView {
  const { width, height, fold } = later;
  return {
    ...known,
    title: later.title ?? known.title,
    views: known.views + later.views,
    clicks: known.clicks + later.clicks,
    engaged: known.engaged + later.engaged,
    depth: later.depth === null ? known.depth : Math.max(known.depth ?? 0, later.depth),
    width,
    height,
    fold,
  };
}
