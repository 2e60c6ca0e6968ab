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
  return (emit, { listen, guard, beforeFreeze }) => {
    let path: number[] | undefined;
    // Where the pointer was sampled last, and where it was seen since.
    let [x, y, at] = [0, 0, 0];
    let seen: readonly [x: number, y: number, at: number] | undefined;
    let latest: PointerEvent | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

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

    const take = ({ target, pointerType, pageX, pageY, timeStamp }: PointerEvent): void => {
      const element = target as Partial<Element> | null;
      if (pointerType === "touch" || !element?.closest || ignored(element as Element)) return;
      const now = Math.round(timeStamp);
      if (seen && now - seen[2] >= rest) sample();
      seen = [Math.round(pageX), Math.round(pageY), now];
      if (path) {
        if (now - at < rest && Math.hypot(seen[0] - x, seen[1] - y) < far) return;
        if (path.length > limits.path - 6) path = undefined;
      }
      sample();
    };

    const look = (): void => {
      clearTimeout(timer);
      timer = undefined;
      if (latest) take(latest);
      latest = undefined;
    };

    listen<PointerEvent>(window, "pointermove", (event) => {
      // In a shadow root the target is its host: which part of it this is can be told only now.
      const inner = (event.target as Partial<Element>).shadowRoot && eventElement(event);
      if (inner && ignored(inner)) return;
      if (!path) return take(event);
      // A pointer moves a hundred times a second: all else that is done at once is to remember it.
      latest = event;
      timer ??= setTimeout(guard(look), interval);
    });
    beforeFreeze(() => {
      look();
      sample();
      path = undefined;
    });
    return () => clearTimeout(timer);
  };
}
