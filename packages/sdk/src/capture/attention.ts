import { limits } from "@isotherm/protocol";
import type { Capture } from "../capture.js";

// Pixels of a band.
const band = 100;
// Milliseconds between looks at where the page is scrolled to.
const interval = 100;

/** What counts as attention. */
export interface AttentionOptions {
  /** Milliseconds after the last input for which the visitor is taken to be there. @default 30000 */
  readonly idle?: number;
}

/** Records for how long the visitor was there, and which 100 px bands of the page were in view meanwhile. */
export function attention({ idle = 30_000 }: AttentionOptions = {}): Capture {
  return (emit, { listen, guard, beforeFreeze }) => {
    let bands = new Map<number, number>();
    let engaged = 0;
    let active = Date.now();
    let since = active;
    let watching = false;
    let [top, bottom] = [0, 0];
    let timer: ReturnType<typeof setTimeout> | undefined;

    /** Counts the time since the last count, and reads no layout. */
    const count = (): void => {
      const now = Date.now();
      const ms = Math.min(now, active + idle) - since;
      since = now;
      if (watching && ms > 0) {
        engaged += ms;
        for (let at = top; at <= bottom; at++) bands.set(at, (bands.get(at) ?? 0) + ms);
      }
      watching = !document.hidden && document.hasFocus();
    };
    const look = (): void => {
      count();
      timer = undefined;
      // Pulled down beyond its beginning, a page is scrolled to less than nought.
      top = Math.max(0, Math.floor(scrollY / band));
      bottom = Math.ceil((scrollY + innerHeight) / band) - 1;
    };
    const input = (): void => {
      const now = Date.now();
      // What lies before is counted by the input before.
      if (now - active > idle) count();
      active = now;
    };

    for (const type of ["pointermove", "pointerdown", "keydown", "wheel"]) listen(window, type, input);
    for (const type of ["scroll", "resize"])
      listen(window, type, () => {
        input();
        timer ??= setTimeout(guard(look), interval);
      });
    for (const type of ["focus", "blur", "visibilitychange"]) listen(window, type, count);
    look();
    beforeFreeze(() => {
      look();
      if (engaged) emit({ type: "attention", bands: [...bands].slice(0, limits.bands), engaged });
      bands = new Map();
      engaged = 0;
    });
    return () => clearTimeout(timer);
  };
}
