import type { HeatmapAnswer, SnapshotAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { whole } from "../format/number.js";
import { elementName } from "../heat/anchor.js";
import { colours } from "../heat/colours.js";
import { depthMarks, shareAt } from "../heat/depth.js";
import type { Box, Frame } from "../heat/frame.js";
import type { Layer } from "../heat/layer.js";
import { paintDepth } from "../heat/paint-depth.js";
import { heatPainter } from "../heat/paint-heat.js";
import { inksOf, paintBox, paintMark, paintPaper, paintRing, paintRuler } from "../heat/paint-paper.js";
import type { Picture } from "../heat/picture.js";
import type { Backdrop } from "../heat/place.js";
import { elementAt, spot } from "../heat/spot.js";
import { wires } from "../heat/wires.js";
import type { Kind } from "../state/view.js";
import { say } from "../words/say.js";
import { SnapshotFrame } from "./snapshot-frame.js";
import { SpotTip, type TipLine } from "./spot-tip.js";
import { useCanvas } from "./use-canvas.js";
import { useRoom } from "./use-room.js";

/** How far around the pointer counts are added, in screen pixels. */
const reach = 13;

interface Pointer {
  readonly x: number;
  readonly y: number;
}

/** The page with its heat, as tall as its proportions say; only what is in view is drawn. */
export function HeatStage({
  answer,
  kind,
  page,
  heat,
  onScale,
  strength,
  marked,
  behind,
}: {
  readonly answer: HeatmapAnswer;
  readonly kind: Kind;
  readonly page: Layer;
  /** Made for the scale that was reported last; null for a scroll map. */
  readonly heat: Picture | null;
  readonly onScale: (scale: number) => void;
  readonly strength: number;
  readonly marked: Box | null;
  /** The page's snapshot, and whom to tell what it looks like; until it stands, heat is drawn on paper. */
  readonly behind: {
    readonly picture: SnapshotAnswer;
    readonly stands: boolean;
    readonly onBuilt: (backdrop: Backdrop | null) => void;
  } | null;
}): JSX.Element {
  const scroller = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(scroller);
  const [pointer, setPointer] = useState<Pointer | null>(null);

  const width = Math.min(room.width, page.width);
  const scale = width / page.width;
  useLayoutEffect(() => onScale(scale), [scale]);
  const paint = useMemo(
    () => (heat === null || scale === 0 ? null : heatPainter(heat, Math.round(width), scale)),
    [heat, width, scale],
  );
  const outlines = useMemo(() => wires(page, answer.elements), [page, answer]);

  const frame = (): Frame => ({
    width: Math.round(width),
    height: Math.min(room.height, Math.ceil(page.height * scale)),
    scale,
    top: (scroller.current?.scrollTop ?? 0) / scale,
  });
  const again = useCanvas(canvas, room, (target) => {
    const inks = inksOf(target.canvas);
    const shown = frame();
    if (behind?.stands !== true) paintPaper(target, shown, outlines, inks);
    if (paint !== null) paint(target, shown, colours(), strength);
    else if (kind === "scroll") {
      paintDepth(target, shown, { reached: answer.bands, height: page.height }, colours(), strength);
    }
    paintRuler(target, shown, inks, whole);
    if (kind !== "scroll") paintMark(target, shown, answer.size.fold, say.fold(answer.size.fold), inks);
    else {
      for (const { share, depth } of depthMarks(answer.bands)) {
        paintMark(target, shown, depth * page.height, say.mark(share), inks);
      }
    }
    if (marked !== null) paintBox(target, shown, marked, inks);
    if (pointer !== null && kind !== "scroll") {
      paintRing(target, shown, { ...toPage(pointer), radius: reach / scale }, inks);
    }
  });

  const toPage = ({ x, y }: Pointer): Pointer => ({ x: x / scale, y: y / scale + frame().top });
  const follow = (event: JSX.TargetedPointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointer({ x: event.clientX - box.left, y: event.clientY - box.top });
  };
  const lines = (at: Pointer): readonly TipLine[] => {
    const { x, y } = toPage(at);
    if (kind === "scroll") return [{ text: say.reached(shareAt(answer.bands, y / page.height), y), strong: true }];
    const here = spot(page, x, y, reach / scale, answer.count);
    const element = elementAt(
      answer.elements.filter(({ fixed }) => !fixed),
      page,
      x,
      y,
      reach / scale,
    );
    return [
      { text: say.here(kind, here.count, here.share), strong: true },
      ...(element === undefined ? [] : [{ text: elementName(element.anchor).title, strong: false }]),
    ];
  };

  useEffect(() => {
    const own = scroller.current;
    if (own === null || marked === null) return;
    const top = marked.top * scale;
    const bottom = (marked.top + marked.height) * scale;
    if (top >= own.scrollTop && bottom <= own.scrollTop + own.clientHeight) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    own.scrollTo({ top: Math.max(0, (top + bottom - own.clientHeight) / 2), behavior: calm ? "auto" : "smooth" });
  }, [marked, scale]);
  useEffect(() => scroller.current?.scrollTo({ top: 0 }), [answer.page]);

  return (
    <div class="stage">
      <section
        class="stage-scroll"
        ref={scroller}
        onScroll={again}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        tabIndex={0}
        aria-label={say.picture(answer.page)}
      >
        <div class="stage-page" style={{ width: `${width}px`, height: `${Math.ceil(page.height * scale)}px` }}>
          {behind !== null && (
            <SnapshotFrame
              key={behind.picture.snapshot.ref}
              picture={behind.picture}
              scale={scale}
              onBuilt={behind.onBuilt}
            />
          )}
          <canvas
            ref={canvas}
            class="stage-canvas"
            role="img"
            aria-label={say.summary(kind, answer.count, answer.views)}
            style={{ height: `${Math.min(room.height, Math.ceil(page.height * scale))}px` }}
            onPointerMove={follow}
            onPointerDown={follow}
            onPointerLeave={() => setPointer(null)}
          />
        </div>
      </section>
      {pointer !== null && (
        <SpotTip
          at={pointer}
          within={{ width, height: room.height }}
          offset={(room.width - width) / 2}
          lines={lines(pointer)}
        />
      )}
    </div>
  );
}
