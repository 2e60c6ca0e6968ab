import { limits } from "@isotherm/protocol";
import type { Capture } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";

// Milliseconds and pixels between samples at least; after a rest the place of it is sampled, however near.
const interval = 50;
const far = 12;
const rest = 250;
// A point this near to the line between its neighbours, in pixels, is left out.
const straight = 1.5;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

/** Records the trail of a mouse or pen. Moves of a finger are scrolls, and not recorded. */
export function moves(): Capture {
  return (emit, { listen, beforeFreeze }) => {
    let path: number[] | undefined;
    let sampled: Point;
    let seen: Point | undefined;
    let over: EventTarget | null = null;
    let skip = false;

    const sample = (point: Point): void => {
      if (path) extend(path, point.at - sampled.at, point.x - sampled.x, point.y - sampled.y);
      else {
        path = [point.x, point.y];
        emit({ type: "move", path });
      }
      sampled = point;
    };

    const complete = (): void => {
      if (path && seen && seen !== sampled) sample(seen);
      path = undefined;
    };

    listen<PointerEvent>(window, "pointermove", (event) => {
      if (event.target !== over) {
        over = event.target;
        const element = eventElement(event);
        skip = !element || ignored(element);
      }
      if (skip || event.pointerType === "touch") return;
      const point = { x: Math.round(event.pageX), y: Math.round(event.pageY), at: Date.now() };
      if (path && seen && seen !== sampled && point.at - seen.at >= rest) sample(seen);
      seen = point;
      if (path) {
        const wait = point.at - sampled.at;
        const length = Math.hypot(point.x - sampled.x, point.y - sampled.y);
        if (wait < interval || (length < far && wait < rest)) return;
        if (path.length > limits.path - 6) path = undefined;
      }
      sample(point);
    });
    beforeFreeze(complete);
    return complete;
  };
}

/** Adds a step to a trail. Going straight on, it lengthens the last step instead, as long as that stays short of a rest. */
function extend(path: number[], dt: number, dx: number, dy: number): void {
  const [ldt = rest, ldx = 0, ldy = 0] = path.slice(2).slice(-3);
  const off = Math.abs(ldx * dy - ldy * dx) / Math.hypot(ldx + dx, ldy + dy);
  if (ldt + dt < rest && off <= straight && ldx * dx + ldy * dy > 0) path.splice(-3, 3, ldt + dt, ldx + dx, ldy + dy);
  else path.push(dt, dx, dy);
}
