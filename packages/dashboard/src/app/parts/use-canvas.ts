import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Room that a canvas fills, in CSS pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/**
 * Keeps a canvas as sharp as the screen and draws it once per frame at most: after each render, and whenever
 * `again()` of the answer is called.
 */
export function useCanvas(
  canvas: RefObject<HTMLCanvasElement>,
  room: Room,
  draw: (target: CanvasRenderingContext2D) => void,
): () => void {
  const newest = useRef(draw);
  newest.current = draw;
  const planned = useRef(0);
  const again = useRef(() => {
    if (planned.current !== 0) return;
    planned.current = requestAnimationFrame(() => {
      planned.current = 0;
      const element = canvas.current;
      const target = element?.getContext("2d") ?? null;
      if (element === null || target === null) return;
      const ratio = Math.max(1, window.devicePixelRatio);
      const width = Math.round(element.clientWidth * ratio);
      const height = Math.round(element.clientHeight * ratio);
      if (width === 0 || height === 0) return;
      if (element.width !== width) element.width = width;
      if (element.height !== height) element.height = height;
      target.setTransform(ratio, 0, 0, ratio, 0, 0);
      target.clearRect(0, 0, element.clientWidth, element.clientHeight);
      newest.current(target);
    });
  }).current;

  useEffect(again);
  useEffect(() => {
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", again);
    return () => {
      theme.removeEventListener("change", again);
      cancelAnimationFrame(planned.current);
      planned.current = 0;
    };
  }, []);
  useEffect(again, [room.width, room.height]);
  return again;
}
