import type { Navigation } from "@isotherm/protocol";
import type { Capture, Stop } from "../capture.js";

/** Begins a page view. Soft navigations count only where the cleaned URL has changed. */
export type BeginPage = (nav: Navigation) => void;

interface EntryChange extends Event {
  readonly navigationType: Navigation | null;
}

/** Follows loads, soft navigations and restores from the back/forward cache. */
export function pages(begin: BeginPage): Capture {
  return (_emit, { guard, listen, page }) => {
    const navigation = (window as { navigation?: EventTarget }).navigation;
    const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    begin(entry?.type ?? "load");
    const restores: Stop[] = [];
    // Tells of every same-document navigation without a patched history: Chromium 102, Safari 26.2, Firefox 147.
    listen<EntryChange>(
      navigation ?? window,
      navigation ? "currententrychange" : "popstate",
      ({ navigationType = "traverse" }) => navigationType && begin(navigationType),
    );
    if (!navigation) {
      for (const name of ["pushState", "replaceState"] as const) {
        const original = history[name];
        // "push" or "replace".
        const after = guard(() => page() && begin(name.slice(0, -5) as Navigation));
        const patched: typeof original = (...args) => {
          original.apply(history, args);
          after();
        };
        history[name] = patched;
        restores.push(() => {
          // Somebody may have patched it after us: then theirs must stay, and goes on to call ours.
          if (history[name] === patched) history[name] = original;
        });
      }
    }
    return () => {
      for (const restore of restores) restore();
    };
  };
}
