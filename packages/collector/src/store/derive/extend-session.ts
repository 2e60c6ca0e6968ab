import { sessionGap, sessionLongest } from "./activity.js";
import { extendView, type PageView, pageViews } from "./page-views.js";
import type { Piece, Ref } from "./piece.js";
import { byActivity, byTime, byView, span } from "./piece-order.js";
import type { Session } from "./sessions.js";

/** What is known of a visit without its pieces. */
export type SessionNumbers = Pick<Session, SessionNumber>;

type SessionNumber =
  | ("user" | "start" | "end" | "seen" | "duration" | "engaged" | "pageViews" | "clicks" | "events")
  | ("bounce" | "entry" | "exit");

/** A visit as it is stored. */
export interface KnownSession {
  readonly numbers: SessionNumbers;
  /** Its page views that new pieces touch. */
  readonly views: ReadonlyMap<Ref, PageView>;
  /** Its pieces that end when the first of the new pieces begins, or later: all others ended before any new piece begins. */
  readonly endingSince: readonly Piece[];
}

/** A visit that went on, and its page views that did. */
export interface ExtendedSession {
  readonly numbers: SessionNumbers;
  readonly views: readonly PageView[];
}

/**
 * What `sessionsOf` makes of a visit and of new pieces that it goes on with, without the pieces that it had before: a visit of
 * many thousand costs no more than a short one. Null where the pieces are not all of this visit, or what is known of it does
 * not say enough.
 */
export function extendSession(known: KnownSession, pieces: readonly Piece[]): ExtendedSession | null {
  const numbers = extendNumbers(known, pieces);
  const views = extendViews(known, pieces);
  return numbers && views && { numbers, views };
}

function extendNumbers({ numbers, views, endingSince }: KnownSession, pieces: readonly Piece[]): SessionNumbers | null {
  const active = pieces.filter((piece) => piece.first !== null).sort(byActivity);
  const end = endWith(numbers, active);
  if (end === null) return null;
  const activeViews = new Set(active.map(({ view }) => view));
  if (pieces.some((piece) => piece.first === null && !activeViews.has(piece.view) && !views.has(piece.view)))
    return null;

  const breaks = sum(pieces, "breaks");
  const all = numbers.pageViews + sum(pieces, "views");
  // Something may have ended the bounce before there was any page view, which the numbers do not show.
  if (numbers.pageViews === 0 && all === 1 && breaks === 0) return null;
  const bounce = numbers.bounce && all === 1 && breaks === 0;
  const latest = latestOf(endingSince, pieces);
  const last = all === 0 ? latest(isActive, byActivity) : latest(isViewed, byView);
  return {
    user: latest((piece) => piece.user !== null, byTime)?.user ?? numbers.user,
    start: numbers.start,
    end,
    seen: Math.max(numbers.seen, ...pieces.map(({ until }) => until)),
    duration: bounce ? 0 : end - numbers.start,
    engaged: numbers.engaged + sum(pieces, "engaged"),
    pageViews: all,
    clicks: numbers.clicks + sum(pieces, "clicks"),
    events: numbers.events + sum(pieces, "events"),
    bounce,
    entry: entryWith({ numbers, endingSince }, pieces),
    exit: last?.page ?? numbers.exit,
  };
}

/** The end of the visit with this activity, in order; null where not all of it belongs to the visit, or it may begin with it. */
function endWith({ start, end }: SessionNumbers, active: readonly Piece[]): number | null {
  let until = end;
  for (const piece of active) {
    const { first, last } = span(piece);
    if (first <= start || first - until > sessionGap || first - start >= sessionLongest) return null;
    until = Math.max(until, last);
  }
  return until;
}

function entryWith(
  { numbers, endingSince }: Pick<KnownSession, "numbers" | "endingSince">,
  pieces: readonly Piece[],
): Ref {
  if (numbers.pageViews > sum(endingSince, "views")) return numbers.entry;
  const [first] = [...endingSince, ...pieces].filter(isViewed).sort(byView);
  return first && pieces.includes(first) ? first.page : numbers.entry;
}

/** The page views of new pieces, each with what is known of it; null where one may begin with a new piece. */
function extendViews({ views, endingSince }: KnownSession, pieces: readonly Piece[]): readonly PageView[] | null {
  const extended: PageView[] = [];
  const latest = latestOf(endingSince, pieces);
  for (const added of pageViews(pieces.toSorted(byTime))) {
    const before = views.get(added.view);
    if (!before) {
      extended.push(added);
      continue;
    }
    if (added.at <= before.at) return null;
    const isOfView = (piece: Piece): boolean => piece.view === added.view;
    const { width, height, fold } = latest(isOfView, byTime) ?? before;
    extended.push({
      ...extendView(before, added),
      title: latest((piece) => isOfView(piece) && piece.title !== null, byTime)?.title ?? before.title,
      ...{ width, height, fold },
    });
  }
  return extended;
}

/** Finds the last of the pieces of a kind, where it is a new one: otherwise what is known stands. */
function latestOf(endingSince: readonly Piece[], pieces: readonly Piece[]) {
  return (isOfKind: (piece: Piece) => boolean, order: (a: Piece, b: Piece) => number): Piece | undefined => {
    const last = pieces.filter(isOfKind).sort(order).at(-1);
    return last && endingSince.some((piece) => isOfKind(piece) && order(piece, last) > 0) ? undefined : last;
  };
}

const isActive = (piece: Piece): boolean => piece.first !== null;
const isViewed = (piece: Piece): boolean => piece.viewed !== null;

function sum(pieces: readonly Piece[], count: "views" | "clicks" | "events" | "breaks" | "engaged"): number {
  return pieces.reduce((total, piece) => total + piece[count], 0);
}
