import { limits } from "@isotherm/protocol";
import { anchors } from "../anchor.js";
import type { Capture, EventDraft } from "../capture.js";
import { ignored } from "../ignored.js";

// Milliseconds between samples at least.
const interval = 100;

/** A trail that goes on until the freeze, and where and when it was sampled last. */
interface Trail {
  readonly event: EventDraft & { readonly type: "scroll"; path: number[]; max: number };
  y: number;
  at: number;
}

/** Records how far the page and its scroll containers are scrolled. A page that is never scrolled reports its depth once. */
export function scrolls(): Capture {
  return (emit, { page, listen, guard, beforeFreeze }) => {
    const root = document.scrollingElement ?? document.documentElement;
    const scrolled = new Set<Element>();
    const trails = new Map<Element, Trail>();
    let deepest = new Map<Element, number>();
    let view: unknown;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const sample = (): void => {
      clearTimeout(timer);
      timer = undefined;
      if (view !== page()) {
        view = page();
        deepest = new Map();
        scrolled.add(root);
      }
      for (const element of scrolled) {
        const y = Math.round(element.scrollTop);
        const at = Date.now();
        const edge = Math.max(deepest.get(element) ?? 0, y + (element === root ? innerHeight : element.clientHeight));
        deepest.set(element, edge);
        // The height is read each time: what was the end of a page is its middle once more has been loaded.
        const max = Math.min(limits.depthMille, Math.round((edge * limits.depthMille) / element.scrollHeight) || 0);
        const trail = trails.get(element);
        if (trail && trail.event.path.length < limits.path - 2) {
          trail.event.max = max;
          if (y !== trail.y) trail.event.path.push(at - trail.at, y - trail.y);
          Object.assign(trail, { y, at });
        } else {
          const event = {
            type: "scroll" as const,
            path: [y],
            max,
            el: element === root ? undefined : anchors(element),
          };
          trails.set(element, { event, y, at });
          emit(event);
        }
      }
      scrolled.clear();
    };

    listen(window, "scroll", ({ target }) => {
      const element = target instanceof Element ? target : root;
      if (ignored(element)) return;
      scrolled.add(element);
      timer ??= setTimeout(guard(sample), interval);
    });
    beforeFreeze(() => {
      sample();
      trails.clear();
    });
    return () => clearTimeout(timer);
  };
}
