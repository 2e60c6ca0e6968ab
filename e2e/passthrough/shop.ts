import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { PassthroughConfig } from "isotherm";
import { type Listening, listening } from "../kit/listening.js";

/** Trackers that a page can have: as its page holds it, and as the relay is told of it, each in a file of its name. */
export const trackers = ["posthog", "plausible", "umami"] as const;

/** A name of a tracker. */
export type Tracker = (typeof trackers)[number];

const require = createRequire(import.meta.url);
const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** What the relay is told of a tracker, but for its backend, which stands at `to`. */
export function passthroughOf(tracker: Tracker, to: string): PassthroughConfig {
  const { relay } = JSON.parse(beside(`${tracker}.json`)) as { relay: { passthrough: [PassthroughConfig] } };
  return { ...relay.passthrough[0], to };
}

const modules: { readonly [path: string]: string } = {
  "/posthog.js": require.resolve("posthog-js/dist/module.js"),
  "/plausible.js": require.resolve("@plausible-analytics/tracker"),
};

/** A shop's own server; every page of it has one tracker, which `?tracker` names. */
export async function shop(): Promise<Listening> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");
    const script = modules[pathname];
    if (script !== undefined) {
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(script));
      return;
    }
    const tracker = trackers.find((it) => it === searchParams.get("tracker"));
    const head = tracker === undefined ? "" : beside(`${tracker}.html`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">${head}</head><body><h1>Shop</h1></body></html>`,
    );
  });
  return listening(server);
}
