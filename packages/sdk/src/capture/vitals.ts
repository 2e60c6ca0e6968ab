import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";
import type { Capture } from "../capture.js";

/** Records the five web vitals as https://github.com/GoogleChrome/web-vitals measures them, each for the page view that was loaded. */
export function vitals(): Capture {
  return (emit, { page, listen, guard }) => {
    let view = page();
    let stopped = false;
    // A page that comes back from the back/forward cache is measured anew.
    listen<PageTransitionEvent>(window, "pageshow", ({ persisted }) => {
      if (persisted) view = page();
    });
    const report = guard(({ name, value, rating }: Metric) => {
      if (!stopped) emit({ type: "vital", name, value: Math.round(value * 10_000) / 10_000, rating }, view);
    });
    for (const measure of [onCLS, onFCP, onINP, onLCP, onTTFB]) measure(report);
    return () => {
      // What measures cannot be told to stop: it is not listened to.
      stopped = true;
    };
  };
}
