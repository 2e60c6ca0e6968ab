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

/** Records the trail of a mouse or pen. Moves of a finger are scrolls, and not recorded. */
export function moves(): Capture {
  return (emit, { listen, beforeFreeze }) => {
    let path: number[] | undefined;
    // Where the pointer was sampled last, and where it was seen since.
    let [x, y, at] = [0, 0, 0];
    let seen: readonly [x: number, y: number, at: number] | undefined;
    let over: EventTarget | null = null;
    let skip = false;

    const sample = (): void => {
      if (!seen) return;
      const [dx, dy, dt] = [seen[0] - x, seen[1] - y, seen[2] - at];
      if (path) {
        // Going straight on, a step lengthens the one before instead, as long as that stays short of a rest.
        const [ldt = rest, ldx = 0, ldy = 0] = path.slice(2).slice(-3);
        const off = Math.abs(ldx * dy - ldy * dx) / Math.hypot(ldx + dx, ldy + dy);
        if (ldt + dt < rest && off <= straight && ldx * dx + ldy * dy > 0)
          path.splice(-3, 3, ldt + dt, ldx + dx, ldy + dy);
        else path.push(dt, dx, dy);
      } else {
        path = [seen[0], seen[1]];
        emit({ type: "move", path });
      }
      [x, y, at] = seen;
      seen = undefined;
    };

    listen<PointerEvent>(window, "pointermove", (event) => {
      const { target, pageX, pageY } = event;
      // Inside a shadow root the target is its host, wherever the pointer is.
      if (target !== over || (target as Partial<Element>).shadowRoot) {
        over = target;
        const element = eventElement(event);
        skip = !element || ignored(element);
      }
      if (skip || event.pointerType === "touch") return;
      const now = Date.now();
      if (seen && now - seen[2] >= rest) sample();
      seen = [Math.round(pageX), Math.round(pageY), now];
      if (path) {
        const wait = now - at;
        if (wait < interval || (wait < rest && Math.hypot(seen[0] - x, seen[1] - y) < far)) return;
        if (path.length > limits.path - 6) path = undefined;
      }
      sample();
    });
    beforeFreeze(() => {
      sample();
      path = undefined;
    });
    return () => {};
  };
}
