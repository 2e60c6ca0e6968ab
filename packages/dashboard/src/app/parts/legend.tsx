import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { compact, percent } from "../format/number.js";
import { colours } from "../heat/colours.js";
import type { Warmth } from "../heat/warmth.js";
import type { Kind } from "../state/view.js";
import { say } from "../words/say.js";
import { useCanvas } from "./use-canvas.js";
import { useRoom } from "./use-room.js";

interface Tick {
  /** Place on the ramp, 0 to 1. */
  readonly at: number;
  readonly text: string;
}

const shares: readonly Tick[] = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: share, text: percent(share) }));

// Numbers closer than this would touch.
const apart = 0.1;

function ticksOf({ ticks, of }: Warmth): readonly Tick[] {
  const shown: Tick[] = [];
  for (const density of ticks) {
    const at = of(density);
    if (at - (shown.at(-1)?.at ?? -1) >= apart) shown.push({ at, text: compact(density) });
  }
  return shown;
}

/** The colour ramp with its numbers; each number is also a line in the picture. */
export function Legend({ kind, warmth }: { readonly kind: Kind; readonly warmth: Warmth | null }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(canvas);
  useCanvas(canvas, room, (target) => {
    const ramp = colours();
    const { clientWidth, clientHeight } = target.canvas;
    for (let x = 0; x < clientWidth; x++) {
      const at = Math.round((x / Math.max(1, clientWidth - 1)) * 255) * 3;
      target.fillStyle = `rgb(${ramp[at]} ${ramp[at + 1]} ${ramp[at + 2]})`;
      target.fillRect(x, 0, 1, clientHeight);
    }
  });
  const ticks = kind === "scroll" || warmth === null ? shares : ticksOf(warmth);
  return (
    <div class="legend">
      <span class="legend-name">{say.legend(kind)}</span>
      <div class="legend-scale">
        <div aria-hidden="true">
          <canvas ref={canvas} class="legend-ramp" />
        </div>
        <div class="legend-ticks">
          {ticks.map((tick) => (
            <LegendTick key={tick.text} {...tick} />
          ))}
        </div>
      </div>
    </div>
  );
}

function LegendTick({ at, text }: Tick): JSX.Element {
  const own = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (own.current !== null) own.current.style.left = `${at * 100}%`;
  });
  return (
    <span class="legend-tick" ref={own}>
      {text}
    </span>
  );
}
