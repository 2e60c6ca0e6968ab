import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BreakdownAnswer, DeliveryAnswer, HeatmapAnswer, SummaryAnswer } from "@isotherm/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balancedLedger } from "../kit/ledger.js";
import { type Load, load } from "../kit/load.js";
import { storedIds } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const visitors = 4;
let system: System;
let sent: Load;

const ask = <T>(query: string): Promise<T> => system.ask<T>(`/sites/${system.site}/${query}`);

beforeAll(async () => {
  system = await startSystem(folder);
  sent = load({ url: `${system.relay}${system.intake}`, key: system.publicKey, origin: system.relay, visitors });
  // Both parts are killed twice in mid-way; the senders notice nothing but refused connections.
  for (const part of ["relay", "collector", "relay", "collector"] as const) {
    await sent.goesOn(20);
    await system.process(part).stop("SIGKILL");
    await system.start(part);
  }
  await sent.finish();
  await until("everything to be stored", async () => {
    const { received } = await ask<DeliveryAnswer>("delivery?period=day");
    return received === sent.acknowledged.length ? true : null;
  });
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("batches through relay and collector, both killed with SIGKILL in mid-way", () => {
  test("every acknowledged batch is stored, once", async () => {
    expect(storedIds(folder).toSorted()).toEqual(sent.acknowledged.map(({ id }) => id).toSorted());
    const delivery = await ask<DeliveryAnswer>("delivery?period=day");
    expect(delivery).toMatchObject({
      received: sent.acknowledged.length,
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
    const acknowledged = (name: string) =>
      sent.acknowledged.filter(({ events }) => events.some((event) => event.type === "custom" && event.name === name));
    expect(counts).toEqual({ "step 0": acknowledged("step 0").length, "step 1": acknowledged("step 1").length });
  });

  test("every click is on the heatmap once, in its cell", async () => {
    const heat = await ask<HeatmapAnswer>("heatmap?period=day&kind=click&page=%2Fshop");
    expect(heat.count).toBe(sent.acknowledged.length);
    expect(heat.elements).toMatchObject([{ anchor: "#buy button:buy", cells: [[32, 32, sent.acknowledged.length]] }]);
    expect(heat.cells).toEqual([[10, 10, sent.acknowledged.length]]);
  });

  test("the relay's ledger balances", async () => {
    const ledger = await balancedLedger(system.ledger);
    for (const { journaled, dead } of Object.values(ledger.targets)) {
      expect(journaled).toBeGreaterThanOrEqual(sent.acknowledged.length);
      expect(dead).toBe(0);
    }
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
