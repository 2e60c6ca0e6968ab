/** A share of the page views, and how far down they all came, as a part of the page's height. */
export interface DepthMark {
  readonly share: number;
  readonly depth: number;
}

/** The share of page views that reached a depth of 0 to 1; `reached` is one number per per cent, falling. */
export function shareAt(reached: readonly number[], depth: number): number {
  const place = Math.min(1, Math.max(0, depth)) * (reached.length - 1);
  const above = reached[Math.floor(place)] ?? 0;
  const below = reached[Math.ceil(place)] ?? above;
  return above + (below - above) * (place - Math.floor(place));
}

/** How deep at least this share of the page views came: the last per cent that so many reached. */
export function depthMark(reached: readonly number[], share: number): DepthMark {
  let last = 0;
  reached.forEach((value, index) => {
    if (value >= share) last = index;
  });
  return { share, depth: reached.length < 2 ? 0 : last / (reached.length - 1) };
}

/** The markers of a scroll map: three quarters, half and a quarter of the page views. */
export const depthMarks = (reached: readonly number[]): readonly DepthMark[] =>
  [0.75, 0.5, 0.25].map((share) => depthMark(reached, share));
