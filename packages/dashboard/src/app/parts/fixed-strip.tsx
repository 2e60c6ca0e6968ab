import type { HeatmapAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { elementName } from "../heat/anchor.js";
import { colours } from "../heat/colours.js";
import type { Box, Frame } from "../heat/frame.js";
import type { Layer } from "../heat/layer.js";
import { heatPainter } from "../heat/paint-heat.js";
import { inksOf, paintBox, paintPaper, paintRing } from "../heat/paint-paper.js";
import { picture } from "../heat/picture.js";
import { elementAt, spot } from "../heat/spot.js";
import { boxAround } from "../heat/wires.js";
import type { Kind } from "../state/view.js";
import { say } from "../words/say.js";
import { SpotTip } from "./spot-tip.js";
import { useCanvas } from "./use-canvas.js";
import { useRoom } from "./use-room.js";

const reach = 13;
const margin = 24;

/** What was pressed on elements that stay while the page scrolls, cut from the window to where they are. */
export function FixedStrip({
  answer,
  screen,
  kind,
  strength,
  marked,
}: {
  readonly answer: HeatmapAnswer;
  /** The window, with what was pressed at places of it. */
  readonly screen: Layer;
  readonly kind: Exclude<Kind, "scroll">;
  readonly strength: number;
  readonly marked: Box | null;
}): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(holder);
  const [pointer, setPointer] = useState<{ readonly x: number; readonly y: number } | null>(null);

  const width = Math.min(room.width, screen.width);
  const scale = width / screen.width;
  const paint = useMemo(
    () => (scale === 0 ? null : heatPainter(picture(screen, kind, scale), Math.round(width), scale)),
    [screen, kind, width, scale],
  );
  const used = useMemo(() => boxAround(screen, screen.cells), [screen]);
  const top = Math.max(0, (used?.top ?? 0) - margin);
  const bottom = Math.min(screen.height, (used?.top ?? 0) + (used?.height ?? 0) + margin);
  const frame: Frame = { width: Math.round(width), height: Math.ceil((bottom - top) * scale), scale, top };

  useCanvas(canvas, { width, height: frame.height }, (target) => {
    const inks = inksOf(target.canvas);
    paintPaper(target, frame, [], inks);
    if (paint !== null) paint(target, frame, colours(), strength);
    if (marked !== null) paintBox(target, frame, marked, inks);
    if (pointer !== null) {
      paintRing(target, frame, { x: pointer.x / scale, y: pointer.y / scale + top, radius: reach / scale }, inks);
    }
  });

  const follow = (event: JSX.TargetedPointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointer({ x: event.clientX - box.left, y: event.clientY - box.top });
  };
  const lines = (): readonly { text: string; strong: boolean }[] => {
    if (pointer === null) return [];
    const place = [pointer.x / scale, pointer.y / scale + top, reach / scale] as const;
    const here = spot(screen, ...place, answer.count);
    const element = elementAt(
      answer.elements.filter(({ fixed }) => fixed),
      screen,
      ...place,
    );
    return [
      { text: say.here(kind, here.count, here.share), strong: true },
      ...(element === undefined ? [] : [{ text: elementName(element.anchor).title, strong: false }]),
    ];
  };

  return (
    <figure class="strip">
      <figcaption class="strip-name">
        <strong>{say.stays}</strong> <span>{say.counted(kind, screen.count)}</span>
        <span class="strip-hint">{say.staysHint}</span>
      </figcaption>
      <div class="strip-hold" ref={holder}>
        <canvas
          ref={canvas}
          class="strip-canvas"
          role="img"
          aria-label={`${say.stays}: ${say.counted(kind, screen.count)}`}
          style={{ width: `${width}px`, height: `${frame.height}px` }}
          onPointerMove={follow}
          onPointerDown={follow}
          onPointerLeave={() => setPointer(null)}
        />
        {pointer !== null && (
          <SpotTip
            at={pointer}
            within={{ width, height: frame.height }}
            offset={(room.width - width) / 2}
            lines={lines()}
          />
        )}
      </div>
    </figure>
  );
}
