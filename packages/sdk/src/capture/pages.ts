import type { Navigation } from "@isotherm/protocol";
import type { Context } from "../capture.js";

/** Begins a page view. Soft navigations count only where the cleaned URL has changed. */
export type BeginPage = (nav: Navigation) => void;

// https://www.w3.org/TR/navigation-timing-2/#sec-performance-navigation-types
function loadKind(): Navigation {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const type = entry?.type;
  return type === "reload" ? type : type === "back_forward" ? "traverse" : "load";
}

interface EntryChange extends Event {
  readonly navigationType: Navigation | null;
}

/** Follows loads, soft navigations and restores from the back/forward cache. */
export function pages(begin: BeginPage, { listen, guard }: Pick<Context, "listen" | "guard">): () => void {
  let restore = (): void => {};
  const { navigation } = window as { navigation?: EventTarget };
  begin(loadKind());
  listen<PageTransitionEvent>(window, "pageshow", ({ persisted }) => persisted && begin("restore"));
  if (navigation) {
    // Tells of every same-document navigation without a patched history: Chromium 102, Safari 26.2, Firefox 147.
    listen<EntryChange>(
      navigation,
      "currententrychange",
      (change) => change.navigationType && begin(change.navigationType),
    );
  } else {
    const patch = (name: "pushState" | "replaceState", nav: Navigation): void => {
      const original = history[name];
      const after = guard(() => begin(nav));
      const patched: typeof original = function (this: History, ...args) {
        original.apply(this, args);
        after();
      };
      history[name] = patched;
      const inner = restore;
      restore = () => {
        inner();
        // Somebody may have patched it after us: then theirs must stay.
        if (history[name] === patched) history[name] = original;
      };
    };
    patch("pushState", "push");
    patch("replaceState", "replace");
    listen(window, "popstate", () => begin("traverse"));
  }
  return () => restore();
}
