import { limits, type ScrollEvent } from "@isotherm/protocol";
import { anchors } from "../anchor.js";
import type { Capture } from "../capture.js";
import { ignored } from "../ignored.js";

// Milliseconds between samples at least.
const interval = 100;

/** How far something that scrolls has come. */
interface Trail {
  event?: { type: ScrollEvent["type"]; path: number[]; max: number; el: string | undefined } | undefined;
  y: number;
  at: number;
  deepest: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** Records how far the page and its scroll containers are scrolled. A page that is never scrolled reports its depth once. */
export function scrolls(): Capture {
  return (emit, { page, listen, guard, beforeFreeze }) => {
    const root = document.scrollingElement ?? document.documentElement;
    let view = page();
    let trails = new Map<Element, Trail>();

    const trailOf = (element: Element): Trail => {
      if (view !== page()) trails = new Map();
      view = page();
      const trail = trails.get(element) ?? { y: 0, at: 0, deepest: 0 };
      trails.set(element, trail);
      return trail;
    };

    const sample = (element: Element): void => {
      const trail = trailOf(element);
      const y = Math.round(element.scrollTop);
      const at = Date.now();
      trail.deepest = Math.max(trail.deepest, y + (element === root ? innerHeight : element.clientHeight));
      // The height is read each time: what was the end of a page is its middle once more has been loaded.
      const max = Math.min(1_000, Math.round((trail.deepest * 1_000) / element.scrollHeight) || 0);
      const { event } = trail;
      if (event && event.path.length < limits.path - 2) {
        event.max = max;
        if (y !== trail.y) event.path.push(at - trail.at, y - trail.y);
      } else {
        trail.event = { type: "scroll", path: [y], max, el: element === root ? undefined : anchors(element) };
        emit(trail.event);
      }
      Object.assign(trail, { y, at, timer: clearTimeout(trail.timer) });
    };

    const complete = (): void => {
      if (!trailOf(root).at) sample(root);
      for (const [element, trail] of trails) {
        if (trail.timer) sample(element);
        trail.event = undefined;
      }
    };

    listen(window, "scroll", ({ target }) => {
      const element = target instanceof Element ? target : root;
      if (!ignored(element)) trailOf(element).timer ??= setTimeout(guard(sample), interval, element);
    });
    beforeFreeze(complete);
    return complete;
  };
}
