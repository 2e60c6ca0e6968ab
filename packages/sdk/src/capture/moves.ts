import { limits, type MoveEvent } from "@isotherm/protocol";
import type { Capture } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";

/** How the pointer's trail is sampled. */
export interface MoveOptions {
  /** Milliseconds between two samples at least. @default 50 */
  readonly interval?: number;
  /** Pixels that the pointer has moved from one sample to the next at least. @default 12 */
  readonly distance?: number;
  /** Milliseconds without a move after which the place of a rest is sampled, however near. @default 250 */
  readonly rest?: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

// A point this near to the line between its neighbours, in pixels, is left out.
const straight = 1.5;

/** Records the trail of a mouse or pen. Moves of a finger are scrolls, and not recorded. */
export function moves({ interval = 50, distance = 12, rest = 250 }: MoveOptions = {}): Capture {
  return (emit, { listen, beforeFreeze }) => {
    let path: number[] | undefined;
    let sampled: Point;
    let seen: Point | undefined;
    let over: EventTarget | null = null;
    let skip = false;

    const sample = (point: Point): void => {
      if (!path) {
        path = [point.x, point.y];
        emit({ type: "move", path } satisfies Omit<MoveEvent, "t">);
      } else extend(path, point.at - sampled.at, point.x - sampled.x, point.y - sampled.y, rest);
      sampled = point;
      if (path.length > limits.path - 6) path = undefined;
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
      const wait = path ? point.at - sampled.at : rest;
      const far = path ? Math.hypot(point.x - sampled.x, point.y - sampled.y) : 0;
      seen = point;
      if (wait >= interval && (far >= distance || wait >= rest)) sample(point);
    });
    beforeFreeze(complete);
    return complete;
  };
}

/** Adds a step to a trail. Going straight on, it lengthens the last step instead, as long as that stays short of a rest. */
function extend(path: number[], dt: number, dx: number, dy: number, rest: number): void {
  const [ldt = 0, ldx = 0, ldy = 0] = path.length > 2 ? path.slice(-3) : [];
  const length = Math.hypot(ldx + dx, ldy + dy);
  const off = Math.abs(ldx * dy - ldy * dx) / length;
  if (path.length > 2 && ldt + dt < rest && off <= straight && ldx * dx + ldy * dy > 0)
    path.splice(-3, 3, ldt + dt, ldx + dx, ldy + dy);
  else path.push(dt, dx, dy);
}
