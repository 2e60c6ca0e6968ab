import { newId } from "../new-id.js";
import { readFacts, readViewport } from "../page-facts.js";
import { version } from "../version.js";

// Until the script is here, calls are kept for it. If the visitor leaves first, the page view and what was tracked are
// sent from here, without a query in the address.
const page = window as { isotherm?: unknown };
const q: [method: string, args: unknown[]][] = [];
const stub: { [name: string]: unknown } = { q };
for (const method of ["track", "goal", "identify", "reset", "consent", "page"])
  stub[method] = (...args: unknown[]) => q.push([method, args]);
page.isotherm ??= stub;
const at = Date.now();

const post = (): void => {
  const { key, to, consent } = document.querySelector<HTMLElement>("[data-key]")?.dataset ?? {};
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  if (
    page.isotherm !== stub ||
    !to ||
    consent !== undefined ||
    globalPrivacyControl ||
    doNotTrack === "1" ||
    self !== top
  )
    return;
  const url = location.origin + location.pathname;
  const tracked = q.splice(0).filter(([method]) => method === "track");
  const batch = {
    id: newId(),
    tab: newId(),
    seq: 0,
    last: true,
    at,
    consent: "unset",
    page: readFacts({ id: newId(), url, nav: "load", ...readViewport() }),
    sdk: version,
    events: [{ type: "page", t: 0 }, ...tracked.map(([, [name, props]]) => ({ type: "custom", t: 0, name, props }))],
  };
  navigator.sendBeacon(to, JSON.stringify({ v: 1, key, sentAt: Date.now(), batches: [batch] }));
};

addEventListener("pagehide", post, { once: true });
