import type { JSX } from "preact";
import type { Placed } from "../heat/place.js";
import { say } from "../words/say.js";

/** Says what lies behind the heat, or why nothing does. */
export function SnapshotNote({ note }: { readonly note: string }): JSX.Element | null {
  return note === "" ? null : (
    <p class="heat-behind" role="status">
      {note}
    </p>
  );
}

/** How many of the clicks found their element on the page behind them. */
export function PlacedNote({ placed }: { readonly placed: Placed }): JSX.Element {
  const { byElement, byPosition, notPlaced } = placed;
  const all = Math.max(1, byElement + byPosition + notPlaced);
  return (
    <span class="heat-placed" title={say.placedHint}>
      {say.placed(byElement / all, byPosition / all, notPlaced / all)}
    </span>
  );
}
