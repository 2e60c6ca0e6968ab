import { version } from "../version.js";

// Until the script is here, calls are kept for it. If the visitor leaves first, the page view and what was tracked are
// sent from here, without a query in the address.
const page = window as { isotherm?: { readonly q?: unknown } };
const q: [method: string, ...args: unknown[]][] = [];
const stub: { q: unknown; [name: string]: unknown } = { q };
for (const method of ["track", "goal", "identify", "reset", "consent", "page"])
  stub[method] = (...args: unknown[]) => q.push([method, ...args]);
page.isotherm ??= stub;

addEventListener(
  "pagehide",
  () => {
    const tag = document.querySelector<HTMLElement>("[data-key][data-to]")?.dataset;
    if (
      !tag ||
      page.isotherm !== stub ||
      self !== top ||
      tag.consent != null ||
      (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
      navigator.doNotTrack === "1" ||
      // What was tracked before a refusal is not told either.
      q.some(([, choice]) => choice === "denied")
    )
      return;
    // Works without HTTPS as well; one id serves for all three.
    const id = URL.createObjectURL(new Blob()).slice(-36);
    navigator.sendBeacon(
      tag.to as string,
      JSON.stringify({
        v: 1,
        key: tag.key,
        batches: [
          {
            id,
            tab: id,
            seq: 0,
            last: true,
            at: Date.now(),
            consent: "unset",
            page: {
              id,
              url: location.origin + location.pathname,
              nav: "load",
              vw: innerWidth,
              vh: innerHeight,
              dw: document.documentElement.scrollWidth,
              dh: document.documentElement.scrollHeight,
              sw: screen.width,
              sh: screen.height,
              dpr: devicePixelRatio,
            },
            sdk: version,
            events: [
              { type: "page", t: 0 },
              ...q.flatMap(([method, name, props]) =>
                method === "track" ? { type: "custom", t: 0, name, props } : [],
              ),
            ],
          },
        ],
      }),
    );
  },
  { once: true },
);
