import { memoryJournal } from "@isotherm/journal/memory";
import type { PassthroughOptions, PresetName, Relay, RelayOptions } from "@isotherm/relay";
import { expect } from "vitest";
import { type Backend, backend, type Reply } from "./backend.js";
import { startRelay } from "./relay.js";
import { type StandIn, standIn } from "./stand-in.js";

/** Where the pass-through lies. */
export const path = "/q7k2m9x4";
/** What its visitors come with. */
export const agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

/** How a backend answers what it has taken. */
const taken: { readonly [preset in PresetName]: Reply } = {
  posthog: { status: 200, body: { status: 1 } },
  plausible: { status: 202, body: "ok" },
  umami: { status: 200, body: { cache: "ey", sessionId: "s", visitId: "v" } },
};

/** A relay with one pass-through, and what stands behind it. */
export interface Through {
  readonly there: Backend;
  readonly relay: Relay;
  readonly collector: StandIn;
  /** Sends a page's request to what lies below its path. */
  send(below: string, init?: RequestInit, address?: string): Promise<Response>;
}

/** A relay with one pass-through to a backend. */
export async function through(
  options: Partial<PassthroughOptions>,
  more: Partial<RelayOptions> = {},
  behind?: StandIn,
): Promise<Through> {
  const there = await backend();
  const { preset = "posthog" } = options;
  there.reply = () => taken[preset];
  const collector = behind ?? (await standIn({ now: more.now ?? Date.now }));
  const relay = await startRelay(collector, {
    passthrough: [{ path, to: there.url, journal: memoryJournal(), ...options }],
    ...more,
  });
  return {
    there,
    relay,
    collector,
    send: (below, init = {}, address = "203.0.113.7") =>
      relay.handle(
        new Request(`http://relay.example${path}${below}`, {
          method: "POST",
          ...init,
          headers: { "user-agent": agent, origin: "https://shop.example", cookie: "secret=1", ...init.headers },
        }),
        { address },
      ),
  };
}

/** Waits until the backend, and Isotherm where there are copies, have everything. */
export const delivered = async ({ relay }: Through): Promise<void> => {
  expect(await relay.drained()).toBe(true);
  expect(await relay.ledger()).toMatchObject({ balanced: true });
};
