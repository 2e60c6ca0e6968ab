import type { Envelope, Event } from "@isotherm/protocol";
import { uuidv7 } from "@isotherm/protocol";
import { version } from "../version.js";

// Until the script is here, calls are kept for it. If the visitor leaves first, the page view and what was tracked are sent from here.
const calls: [method: string, args: unknown[]][] = [];
const stub: { [name: string]: unknown } = { q: calls };
for (const method of ["track", "goal", "identify", "reset", "consent", "page"])
  stub[method] = (...args: unknown[]) => calls.push([method, args]);
const page = window as { isotherm?: unknown };
const at = Date.now();
page.isotherm ??= stub;

addEventListener("pagehide", () => {
  const { key, to, consent } = document.querySelector<HTMLElement>("script[data-key]")?.dataset ?? {};
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  const objects = globalPrivacyControl || doNotTrack === "1" || consent || self !== top;
  if (page.isotherm !== stub || !key || !to || objects) return;
  const { scrollWidth: dw, scrollHeight: dh } = document.documentElement;
  const events = [{ type: "page", t: 0 }];
  for (const [method, [name, rest]] of calls.splice(0)) {
    if (method === "track") events.push({ type: "custom", t: 0, name, props: rest } as Event);
    if (method === "goal") events.push({ type: "goal", t: 0, name, ...(rest as object) } as Event);
  }
  const envelope = {
    v: 1,
    key,
    sentAt: Date.now(),
    batches: [
      {
        id: uuidv7(),
        tab: uuidv7(),
        seq: 0,
        last: true,
        at,
        consent: "unset",
        page: {
          id: uuidv7(),
          url: location.origin + location.pathname,
          nav: "load",
          vw: innerWidth,
          vh: innerHeight,
          dw,
          dh,
          sw: screen.width,
          sh: screen.height,
          dpr: devicePixelRatio,
        },
        sdk: version,
        events: events as Event[],
      },
    ],
  } satisfies Envelope;
  navigator.sendBeacon(to, JSON.stringify(envelope));
});
