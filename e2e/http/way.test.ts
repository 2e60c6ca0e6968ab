import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BreakdownAnswer,
  type DeliveryAnswer,
  type HeatmapAnswer,
  type SummaryAnswer,
  uuidv7,
} from "@isotherm/protocol";
import { batchOf } from "@isotherm/protocol/fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { sender } from "./sender.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const visitors = 4;
/** Batches that were acknowledged, in all and by name of their custom event: the test's own count. */
let produced = 0;
const named = { "step 0": 0, "step 1": 0 };
let system: System;

const ask = <T>(query: string): Promise<T> => system.ask<T>(`/sites/${system.site}/${query}`);

/** One tab: a page view, then presses and custom events, one batch after the other. */
function batch(visitor: number, seq: number, last: boolean) {
  const page = {
    ...batchOf({}).page,
    id: `page-${visitor}`,
    url: `${system.relay}/shop/`,
    vw: 1280,
    dw: 1280,
    dh: 3600,
  };
  const click = { type: "click", t: 1, n: seq, x: 100, y: 160, el: "#buy button:buy", ex: 16_384, ey: 16_384 } as const;
  const custom = { type: "custom", t: 2, name: seq % 2 ? "step 1" : "step 0" } as const;
  return batchOf({
    id: uuidv7(),
    tab: `tab-${visitor}`,
    seq,
    at: Date.now(),
    page,
    events: seq === 0 ? [{ type: "page", t: 0 }, click, custom] : [click, custom],
    ...(last ? { last } : {}),
  });
}

beforeAll(async () => {
  system = await startSystem(folder);
  let enough = false;
  const visit = async (visitor: number): Promise<void> => {
    const agent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${150 + visitor}.0.0.0 Safari/537.36`;
    const { send } = sender(`${system.relay}${system.intake}`, system.publicKey, agent);
    for (let seq = 0, last = false; !last; seq++) {
      last = enough;
      await send([batch(visitor, seq, last)]);
      produced++;
      named[seq % 2 ? "step 1" : "step 0"]++;
    }
  };
  const visits = Array.from({ length: visitors }, (_, visitor) => visit(visitor));
  // Both parts are killed twice in mid-way; the senders notice nothing but refused connections.
  for (const part of ["relay", "collector", "relay", "collector"] as const) {
    const before = produced;
    await until("some batches to be acknowledged", async () => (produced >= before + 20 ? true : null));
    await system.process(part).stop("SIGKILL");
    await system.start(part);
  }
  enough = true;
  await Promise.all(visits);
  await until("everything to be stored", async () => {
    const { received } = await ask<DeliveryAnswer>("delivery?period=day");
    return received === produced ? true : null;
  });
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("batches through relay and collector, both killed with SIGKILL in mid-way", () => {
  test("every acknowledged batch is stored, once", async () => {
    const delivery = await ask<DeliveryAnswer>("delivery?period=day");
    expect(delivery).toMatchObject({
      received: produced,
      pending: 0,
      lost: 0,
      open: 0,
      tabs: visitors,
      rate: 1,
    });
  });

  test("visits, page views and bounces agree", async () => {
    const { numbers } = await ask<SummaryAnswer>("summary?period=day");
    expect(numbers).toMatchObject({ visitors, visits: visitors, pageViews: visitors, viewsPerVisit: 1, bounceRate: 0 });
  });

  test("every custom event counts once", async () => {
    const { rows } = await ask<BreakdownAnswer>("breakdown?period=day&dimension=event");
    const counts = Object.fromEntries(rows.map(({ value, pageViews }) => [value, pageViews]));
    expect(counts).toEqual(named);
  });

  test("every click is on the heatmap once, in its cell", async () => {
    const heat = await ask<HeatmapAnswer>("heatmap?period=day&kind=click&page=%2Fshop");
    expect(heat.count).toBe(produced);
    expect(heat.elements).toMatchObject([{ anchor: "#buy button:buy", cells: [[32, 32, produced]] }]);
    expect(heat.cells).toEqual([[10, 10, produced]]);
  });

  test("the relay's ledger balances", async () => {
    // What a kill left in flight is settled once everything has passed the relay's cursor.
    const ledger = await until("nothing to wait for a target", async () => {
      const read = (await (await fetch(system.ledger)).json()) as Ledger;
      return Object.values(read.targets).every(({ waiting }) => waiting === 0) ? read : null;
    });
    const all = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
    for (const { received, journaled, duplicate, refused } of Object.values(ledger.keys)) {
      expect(received).toBe(journaled + duplicate + all(Object.values(refused)));
    }
    const journaled = all(Object.values(ledger.keys).map((key) => key.journaled));
    expect(journaled).toBeGreaterThanOrEqual(produced);
    for (const { forwarded, waiting, dead, dropped, filtered } of Object.values(ledger.targets)) {
      expect(journaled).toBe(forwarded + waiting + dead + filtered + all(Object.values(dropped)));
      expect(dead).toBe(0);
    }
    expect(Object.keys(ledger.targets)).toHaveLength(1);
  });

  test("SIGTERM ends both with code 0, and what was stored is still there afterwards", async () => {
    expect(await system.process("relay").stop("SIGTERM")).toBe(0);
    expect(await system.process("collector").stop("SIGTERM")).toBe(0);
    await system.start("collector");
    await system.start("relay");
    const { numbers } = await ask<SummaryAnswer>("summary?period=day");
    expect(numbers.pageViews).toBe(visitors);
  });
});

interface Ledger {
  readonly keys: {
    readonly [key: string]: {
      received: number;
      journaled: number;
      duplicate: number;
      refused: { [reason: string]: number };
    };
  };
  readonly targets: {
    readonly [target: string]: {
      forwarded: number;
      waiting: number;
      dead: number;
      filtered: number;
      dropped: { [reason: string]: number };
    };
  };
}
