import { sessionGap, sessionLongest } from "./activity.js";
import { type PageView, pageViews } from "./page-views.js";
import type { Piece, Ref } from "./piece.js";
import { byActivity, byTime, byView, span } from "./piece-order.js";

/** One visit, with what it is made of. */
export interface Session<P extends Piece = Piece> {
  /** The piece that it began with; visits are named after it. */
  readonly first: P;
  /** Its visitor: that of the first piece, also where the visit goes on past midnight under the next day's hash. */
  readonly visitor: Ref;
  /** The user identified last. */
  readonly user: Ref | null;
  /** First and last activity, and the last event of any kind. */
  readonly start: number;
  readonly end: number;
  readonly seen: number;
  /** Milliseconds from first to last activity; 0 for a bounce. */
  readonly duration: number;
  readonly engaged: number;
  readonly pageViews: number;
  readonly clicks: number;
  readonly events: number;
  readonly bounce: boolean;
  readonly entry: Ref;
  readonly exit: Ref;
  readonly views: readonly PageView[];
  readonly pieces: readonly P[];
}

interface Open<P> {
  readonly start: number;
  end: number;
  readonly pieces: P[];
}

/**
 * The visits of one visitor, oldest first: a pure function of the set of pieces, whatever their order. Gaps of activity
 * of at most 30 minutes hold a visit together; it ends after 24 hours. Pieces without activity join the visit that saw
 * their page view, the latest that began before them; where there is none they belong to no visit.
 */
export function sessionsOf<P extends Piece>(pieces: readonly P[]): readonly Session<P>[] {
  const active = pieces.filter((piece) => piece.first !== null).sort(byActivity);
  const sessions: Open<P>[] = [];
  const ofView = new Map<Ref, Open<P>[]>();
  for (const piece of active) {
    const { first, last } = span(piece);
    let session = sessions.at(-1);
    if (!session || first - session.end > sessionGap || first - session.start >= sessionLongest) {
      session = { start: first, end: last, pieces: [] };
      sessions.push(session);
    }
    session.pieces.push(piece);
    session.end = Math.max(session.end, last);
    const known = ofView.get(piece.view);
    if (!known) ofView.set(piece.view, [session]);
    else if (known.at(-1) !== session) known.push(session);
  }
  for (const piece of pieces) {
    if (piece.first !== null) continue;
    const candidates = ofView.get(piece.view) ?? [];
    (candidates.findLast((session) => session.start <= piece.at) ?? candidates[0])?.pieces.push(piece);
  }
  return sessions.map(close);
}

function close<P extends Piece>({ start, end, pieces }: Open<P>): Session<P> {
  const [first] = pieces as [P];
  const sorted = pieces.toSorted(byTime);
  const sum = (count: (piece: P) => number): number => sorted.reduce((total, piece) => total + count(piece), 0);
  const views = sum((piece) => piece.views);
  const bounce = views === 1 && sum((piece) => piece.breaks) === 0;
  const viewed = sorted.filter((piece) => piece.viewed !== null).sort(byView);
  return {
    first,
    visitor: first.visitor,
    user: sorted.findLast((piece) => piece.user !== null)?.user ?? null,
    start,
    end,
    seen: Math.max(...sorted.map((piece) => piece.until)),
    duration: bounce ? 0 : end - start,
    engaged: sum((piece) => piece.engaged),
    pageViews: views,
    clicks: sum((piece) => piece.clicks),
    events: sum((piece) => piece.events),
    bounce,
    entry: (viewed[0] ?? first).page,
    exit: (viewed.at(-1) ?? pieces.findLast((piece) => piece.first !== null) ?? first).page,
    views: pageViews(sorted),
    pieces: sorted,
  };
}
