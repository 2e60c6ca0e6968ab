import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

/** First-party paths of the trackers. */
export const paths = { posthog: "/q7k2m9x4", plausible: "/w3n8v5c1", umami: "/z6t4h2b9" } as const;

/** A name of a tracker. */
export type Tracker = keyof typeof paths;

const scripts = createRequire(import.meta.url);

/** What a page of each tracker holds: the tracker as it comes from npm, told a first-party path, and `say(name)` to track. */
const heads: { readonly [tracker in Tracker]: string } = {
  posthog: `<script type="module">
      import posthog from "/posthog.js";
      posthog.init("phc_e2e", { api_host: location.origin + "${paths.posthog}", person_profiles: "always", disable_session_recording: true });
      window.say = (name) => posthog.capture(name);
    </script>`,
  plausible: `<script type="module">
      import { init, track } from "/plausible.js";
      init({ domain: "shop.example", endpoint: "${paths.plausible}/api/event", captureOnLocalhost: true });
      window.say = (name) => track(name, {});
    </script>`,
  // The form of Umami's tracker, src/tracker/index.js, which npm does not carry.
  umami: `<script>
      const send = (payload) => fetch("${paths.umami}/api/send", {
        method: "POST", keepalive: true, headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "event", payload: { website: "7f0c9d1e-0000-4000-8000-000000000000", hostname: location.hostname,
          language: navigator.language, screen: screen.width + "x" + screen.height, url: location.pathname, referrer: "", title: document.title, ...payload } }),
      });
      send({});
      window.say = (name) => send({ name });
    </script>`,
};

const modules: { readonly [path: string]: string } = {
  "/posthog.js": "posthog-js/dist/module.js",
  "/plausible.js": "@plausible-analytics/tracker",
};

/** A shop's own server; every page of it has one tracker, which `?tracker` names. */
export async function shop(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");
    const script = modules[pathname];
    if (script !== undefined) {
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(scripts.resolve(script)));
      return;
    }
    const head = heads[searchParams.get("tracker") as Tracker];
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">${head}</head><body><h1>Shop</h1></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
