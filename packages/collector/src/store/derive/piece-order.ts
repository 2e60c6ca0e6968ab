import type { Piece } from "./piece.js";

/** First and last activity of a piece; its first and last event where it has none. */
export function span(piece: Piece): { readonly first: number; readonly last: number } {
  return { first: piece.first ?? piece.at, last: piece.last ?? piece.until };
}

const tie = (a: Piece, b: Piece): number => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0);

export const byActivity = (a: Piece, b: Piece): number => span(a).first - span(b).first || tie(a, b);
export const byTime = (a: Piece, b: Piece): number => a.at - b.at || tie(a, b);
export const byView = (a: Piece, b: Piece): number => (a.viewed ?? 0) - (b.viewed ?? 0) || tie(a, b);
