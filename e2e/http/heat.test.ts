import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { type Batch, type Event, uuidv7 } from "@isotherm/protocol";
import { batchOf, fixtures } from "@isotherm/protocol/fixtures";
import { type RelayServer, relayServer } from "@isotherm/relay/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HeatCollector, type HeatRow, startHeatCollector } from "../kit/heat-collector.js";
import { type Line, openLine } from "../kit/line.js";
import { root } from "../kit/process.js";
import { sender } from "../kit/sender.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-heat-"));
const intake = "/f3k9q2w7";
const key = "pk_0123456789abcdefghijABCD";
const origin = "https://shop.example";

// Its own is 120 in that time, which a slow machine may never reach.
const limit = { windowMs: 10_000, max: 30 };
const crowd = 2 * limit.max;

let heat: HeatCollector;
let line: Line;
let server: RelayServer;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  heat = await startHeatCollector(folder, limit);
  closing.unshift(() => heat.close());
  line = await openLine();
  line.lead(heat.port, ["/ingest"]);
  closing.unshift(() => line.close());
  const journal = await fileJournal({ folder: join(folder, "journal") });
  closing.unshift(() => journal.close());
  server = await relayServer({
    relay: {
      folder: join(folder, "relay"),
      journal,
      paths: { intake, script: "/h2m4x8b1" },
      sdkFolder: `${root}packages/sdk/dist/script`,
      targets: [{ type: "heat", url: line.url, projectKey: "shop" }],
      sites: [
        {
          id: "shop",
          group: "shop",
          timeZone: "UTC",
          keys: [key],
          origins: [origin],
          privacy: { gpc: "ignore", dnt: "ignore" },
        },
      ],
      requestsPerMinute: 1_000_000,
      retry: { firstMs: 50, maxMs: 1_000 },
    },
    port: 0,
    metricsPort: null,
  });
  closing.unshift(() => server.close());
});

afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** What one visitor does: a press, a trail of three points, keys, a goal and an event under a name that nobody else uses. */
function visit(name: string): Batch {
  const { page, click, move, input, keyboard, goal, scroll: inContainer } = fixtures;
  const { el: _el, ...scroll } = inContainer;
  const own: Event = { type: "custom", t: 1, name };
  return batchOf({
    id: uuidv7(),
    at: Date.now(),
    tab: name,
    events: [page, click, move, scroll, input, keyboard, goal, own],
  });
}

const types = ["pageview", "click", "move", "move", "move", "scroll", "input", "keyboard", "custom", "custom"];

async function send(names: readonly string[]): Promise<void> {
  const { send } = sender(`${server.url}${intake}`, key, "Mozilla/5.0", origin);
  for (const name of names) await send([visit(name)]);
}

const target = async () => (await server.relay.ledger()).targets.heat;

const settled = () =>
  until("nothing to wait for heat-collector", async () => ((await target())?.waiting === 0 ? true : null), 120_000);

const named = (phase: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${phase} ${i}`);

const of = (phase: string): readonly HeatRow[] =>
  heat.rows().filter(({ sessionId }) => sessionId.startsWith(`${phase} `));

/** How often each visitor's event is stored. */
function countsOf(phase: string): { readonly [name: string]: number } {
  const counts: { [name: string]: number } = {};
  for (const { name } of of(phase)) if (name?.startsWith(phase)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const once = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]));

describe("heat-collector behind a relay", () => {
  test("stores all that it can, once, although it takes few requests at a time", async () => {
    const names = named("crowd", crowd);
    await send(names);
    await settled();
    expect(heat.answers).toContain(429);
    expect(countsOf("crowd")).toEqual(once(names));
    for (const name of names) {
      const stored = of("crowd").filter(({ sessionId }) => sessionId === name);
      expect(stored.map(({ type }) => type)).toEqual(types);
    }
    expect(await target()).toMatchObject({ forwarded: crowd, dead: 0, filtered: 0, maybeDuplicate: 0 });
  });

  test("stores what came while it was away, once", async () => {
    line.cut();
    const names = named("away", 10);
    await send(names);
    await until("the relay to notice", async () =>
      (await server.relay.health()).targets.heat?.state === "backing_off" ? true : null,
    );
    line.mend();
    await settled();
    expect(countsOf("away")).toEqual(once(names));
    expect(await target()).toMatchObject({ forwarded: crowd + 10, dead: 0 });
  });

  test("stores as often as it got it what it stored without being heard", async () => {
    line.loseAnswers();
    const names = named("deaf", 10);
    await send(names);
    await until("answers to be lost", async () => (line.struck() >= 3 ? true : null));
    line.mend();
    await settled();
    const carried = (name: string) => line.carried().filter((body) => body.includes(`"name":"${name}"`)).length;
    const counts = countsOf("deaf");
    expect(counts).toEqual(Object.fromEntries(names.map((name) => [name, carried(name)])));
    expect(Math.max(...Object.values(counts))).toBeGreaterThan(1);
    const twice = Object.values(counts).filter((count) => count > 1).length;
    expect((await target())?.maybeDuplicate).toBeGreaterThanOrEqual(twice);
    expect(await target()).toMatchObject({ forwarded: crowd + 20, dead: 0 });
    expect((await server.relay.ledger()).balanced).toBe(true);
  });
});
