import { limits, type ScrollEvent } from "@isotherm/protocol";
import { anchors } from "../anchor.js";
import type { Capture } from "../capture.js";
import { ignored } from "../ignored.js";

/** How scrolling is sampled. */
export interface ScrollOptions {
  /** Milliseconds between two samples. @default 100 */
  readonly interval?: number;
}

// How far something that scrolls has come.
interface Trail {
  event?: { -readonly [field in keyof Omit<ScrollEvent, "t" | "path">]: ScrollEvent[field] } & { path: number[] };
  y: number;
  at: number;
  deepest: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** Records how far the page and its scroll containers are scrolled. A page that is never scrolled reports its depth once. */
export function scrolls({ interval = 100 }: ScrollOptions = {}): Capture {
  return (emit, { page, listen, guard, beforeFreeze }) => {
    let view = page();
    let trails = new Map<Element, Trail>();

    const trailOf = (element: Element): Trail => {
      if (view !== page()) {
        view = page();
        trails = new Map();
      }
      const trail = trails.get(element) ?? { y: 0, at: 0, deepest: 0 };
      trails.set(element, trail);
      return trail;
    };

    const sample = (element: Element): void => {
      const trail = trailOf(element);
      clearTimeout(trail.timer);
      trail.timer = undefined;
      const root = document.scrollingElement;
      const y = Math.round(element.scrollTop);
      const at = Date.now();
      trail.deepest = Math.max(trail.deepest, y + (element === root ? innerHeight : element.clientHeight));
      // The height is read each time: what was the end of a page is its middle once more has been loaded.
      const max = Math.min(1_000, Math.round((trail.deepest * 1_000) / element.scrollHeight) || 0);
      if (!trail.event) {
        trail.event = { type: "scroll", path: [y], max, ...(element === root ? {} : { el: anchors(element) }) };
        emit(trail.event, view);
      } else {
        trail.event.max = max;
        if (y !== trail.y) trail.event.path.push(at - trail.at, y - trail.y);
      }
      trail.y = y;
      trail.at = at;
      if (trail.event.path.length > limits.path - 4) delete trail.event;
    };

    const complete = (): void => {
      const root = document.scrollingElement;
      if (root && (view !== page() || !trails.has(root))) sample(root);
      for (const [element, trail] of trails) {
        if (trail.timer) sample(element);
        delete trail.event;
      }
    };

    listen(window, "scroll", (event) => {
      const { target } = event;
      const element = target instanceof Element ? target : document.scrollingElement;
      if (element && !ignored(element)) trailOf(element).timer ??= setTimeout(guard(sample), interval, element);
    });
    beforeFreeze(complete);
    return complete;
  };
}
