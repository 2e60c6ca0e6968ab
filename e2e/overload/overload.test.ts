import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "@isotherm/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdDatabase, untilStored } from "../damage/scene.js";
import { type Documented, documented, faultsOf } from "../fuzz/documented.js";
import type { Answer } from "../fuzz/send.js";
import { countsOf, expectedCounts } from "../kit/counts.js";
import { full } from "../kit/effort.js";
import { balancedLedger } from "../kit/ledger.js";
import { isotherm, root } from "../kit/process.js";
import { type Part, type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Lane, openLane } from "./lane.js";
import { forgetPeak, residentOf } from "./memory.js";
import { type Load, type Offer, offer, resized } from "./offers.js";

const mebibyte = 1_048_576;
const folder = mkdtempSync(join(tmpdir(), "isotherm-overload-"));
const parts = ["collector", "relay"] as const satisfies Part[];
const connections = 1_000;
/** Small ones, so that a thousand connections offer many times as much. */
const bounds = { eventsPerMinute: 20_000, intakeBytes: 4 * mebibyte };
/** What the relay has kept finds room in the collector's journal beside what that keeps anyway, or would wait for it. */
const journals = { relay: 8 * mebibyte, collector: 12 * mebibyte };
/**
 * The most that a part may have resident beyond what it had before: while a thousand bodies come of which it may hold a few
 * (all of them would be 256 MiB), and in the end, with what the store needed for what was taken.
 */
const growth = { bodies: 160 * mebibyte, all: 320 * mebibyte };

/** What a part holds in memory depends on what Node is told, as the deployments tell it. */
const unit = readFileSync(`${root}examples/deploy/systemd/isotherm@.service`, "utf8");
const [, nodeOptions = ""] = /^Environment="NODE_OPTIONS=(.+)"$/m.exec(unit) ?? [];
if (nodeOptions === "") throw new Error("the unit says nothing of Node's options");

let system: System;
let docs: Documented;
let pids: readonly number[];
let lanes: readonly Lane[] = [];
const acknowledged: Batch[] = [];
/** Refused while they may have been on their way to the disk: the one refusal after which a batch may be stored. */
const doubtful = new Set<string>();

const pidsNow = (): number[] => parts.map((part) => system.process(part).pid);
const statuses = [202, 204, 429, 503];

/** Notes what an offer was answered; fails unless that is documented, with a sane time to wait where it is a refusal. */
function settle({ batch }: Offer, answer: Answer): boolean {
  expect(faultsOf("POST", answer, statuses, docs), JSON.stringify(answer)).toEqual([]);
  if (answer.status < 300) {
    acknowledged.push(batch);
    return true;
  }
  expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(60);
  if (answer.body.includes("cannot be written")) doubtful.add(batch.id);
  return false;
}

/** Every connection offers a batch at once; resolves to what each was answered. */
async function offerAll(
  part: Part,
  load: Load,
): Promise<readonly { readonly asked: Offer; readonly answer: Answer }[]> {
  return Promise.all(
    lanes.map(async (lane, visitor) => {
      const asked = offer(system, part, visitor, load);
      lane.write(...asked.start, asked.end);
      return { asked, answer: await lane.answer() };
    }),
  );
}

/** Sends one batch on a connection of its own; it has to be taken at once. */
async function sendFresh(part: Part): Promise<void> {
  const lane = await openLane(system[part]);
  const asked = offer(system, part, connections, {});
  lane.write(...asked.start, asked.end);
  const answer = await lane.answer();
  lane.close();
  expect(answer).toMatchObject({ status: 204 });
  acknowledged.push(asked.batch);
}

const intakeOf = async (part: Part): Promise<{ readonly bytes: number; readonly maxBytes: number }> => {
  const health = await fetch(`${system[part]}${part === "relay" ? "/health" : "/v1/health"}`);
  return ((await health.json()) as { readonly intake: { readonly bytes: number; readonly maxBytes: number } }).intake;
};

beforeAll(async () => {
  const boundsOf = (part: Part) => ({ ...bounds, journalBytes: journals[part] });
  system = await startSystem(folder, {
    trustProxy: ["127.0.0.1"],
    run: (part, env) => isotherm([part], folder, { ...env, NODE_OPTIONS: nodeOptions }),
    bounds: { relay: boundsOf("relay"), collector: boundsOf("collector") },
  });
  pids = pidsNow();
  docs = await documented(system.collector);
});

afterAll(async () => {
  for (const lane of lanes) lane.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(parts)(`the %s under ${connections} connections at once`, (part) => {
  let resident = 0;

  beforeAll(async () => {
    for (const lane of lanes) lane.close();
    await sendFresh(part);
    resident = residentOf(system.process(part).pid).now;
    forgetPeak(system.process(part).pid);
    lanes = await Promise.all(Array.from({ length: connections }, () => openLane(system[part])));
  });

  test("holds as many of their bodies as it may, and has the others come again", async () => {
    const space = 256 * 1024;
    const offers = lanes.map((_, visitor) => offer(system, part, visitor, { space }));
    for (const [at, lane] of lanes.entries()) lane.write(...(offers[at] as Offer).start);
    // Whoever is not refused waits to say the end: more of them than there is room for can it not be.
    const room = Math.ceil(bounds.intakeBytes / space);
    const refused = (): number => lanes.filter((lane) => lane.waiting() > 0).length;
    await until("all for whom there is no room to be refused", async () =>
      refused() >= connections - room ? true : null,
    );
    const intake = await intakeOf(part);
    expect(intake).toMatchObject({ maxBytes: bounds.intakeBytes });
    expect(intake.bytes).toBeLessThanOrEqual(bounds.intakeBytes);
    expect(intake.bytes).toBeGreaterThan(0);
    expect(residentOf(system.process(part).pid).peak - resident).toBeLessThan(growth.bodies);

    let left: { readonly lane: Lane; readonly visitor: number; readonly asked: Offer }[] = [];
    for (const [visitor, lane] of lanes.entries()) lane.write((offers[visitor] as Offer).end);
    let wait = 0;
    for (const [visitor, lane] of lanes.entries()) {
      const asked = offers[visitor] as Offer;
      const answer = await lane.answer();
      if (settle(asked, answer)) continue;
      expect(answer.status).toBe(503);
      wait = Math.max(wait, Number(answer.headers["retry-after"]));
      left.push({ lane, visitor, asked: resized(system, part, visitor, asked.batch) });
    }
    expect(left.length).toBeGreaterThanOrEqual(connections - room);
    expect(wait).toBeLessThanOrEqual(5);
    await until("all of them to be taken when they come again", async () => {
      await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
      for (const { lane, asked } of left) lane.write(...asked.start, asked.end);
      const taken = await Promise.all(left.map(async ({ lane, asked }) => settle(asked, await lane.answer())));
      left = left.filter((_, at) => !taken[at]);
      return left.length === 0 || null;
    });
    expect((await intakeOf(part)).bytes).toBe(0);
    await sendFresh(part);
  });

  test("has room for others however much one address sends and does not end", async () => {
    const space = 256 * 1024;
    // In a room so small as this one a network's share is half of it, since the largest request would need more.
    const share = bounds.intakeBytes / 2;
    const asked = lanes.slice(0, 64).map((lane) => ({ lane, one: offer(system, part, connections + 1, { space }) }));
    for (const { lane, one } of asked) lane.write(...one.start);
    const room = Math.floor(share / space);
    await until("all beyond the share to be refused", async () =>
      asked.filter(({ lane }) => lane.waiting() > 0).length >= asked.length - room ? true : null,
    );
    await sendFresh(part);
    const { bytes } = await intakeOf(part);
    expect(bytes).toBeLessThanOrEqual(share);
    expect(bytes).toBeGreaterThan(share / 2);
    for (const { lane, one } of asked) lane.write(one.end);
    let taken = 0;
    for (const { lane, one } of asked) if (settle(one, await lane.answer())) taken++;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(room);
  });

  test("takes what its journal holds while nothing gets out of it, and refuses ten times as much", async () => {
    const before = acknowledged.length;
    const release = part === "collector" ? holdDatabase(system) : undefined;
    if (part === "relay") await system.process("collector").stop("SIGKILL");
    const bytes = { offered: 0, taken: 0 };
    let full = 0;
    const isOver = (): boolean => full > 0 && bytes.offered >= 10 * bytes.taken;
    await until("the journal to be full", async () => {
      for (const { asked, answer } of await offerAll(part, { events: 3, text: 50_000 })) {
        bytes.offered += asked.size;
        if (settle(asked, answer)) bytes.taken += asked.size;
        else if (answer.body.includes("journal is full")) full++;
      }
      return isOver() || null;
    });
    expect(acknowledged.length - before).toBeGreaterThan(50);
    release?.();
    if (part === "relay") pids = [(await system.start("collector")).pid, system.process("relay").pid];
    await until("room in the journal", async () => {
      const asked = offer(system, part, connections, { events: 3, text: 50_000 });
      const [lane] = lanes;
      lane?.write(...asked.start, asked.end);
      return (lane !== undefined && settle(asked, await lane.answer())) || null;
    });
    await until(
      `the ${part} to be ready again`,
      async () => ((await fetch(`${system[part]}/health/ready`)).status === 200 ? true : null),
      90_000,
    );
    await sendFresh(part);
  });

  test("refuses what goes beyond a key's quota", async () => {
    const events = 60;
    const before = acknowledged.length;
    let offered = 0;
    let overQuota = 0;
    for (let round = 0; round < (full ? 40 : 5); round++) {
      for (const { asked, answer } of await offerAll(part, { events })) {
        offered++;
        if (!settle(asked, answer) && answer.status === 429) overQuota++;
      }
    }
    expect(overQuota).toBeGreaterThan(0);
    expect(offered).toBeGreaterThanOrEqual(10 * (acknowledged.length - before));
    // Who asks for something else notices nothing of it.
    const [ready, summary] = await Promise.all([
      fetch(`${system[part]}/health/ready`),
      system.ask<{ readonly asOf: number }>(`/sites/${system.site}/summary?from=2026-01-01&to=2026-01-02`),
    ]);
    expect(ready.status).toBe(200);
    expect(summary).toBeTypeOf("object");
  });

  test("has as little memory resident as it may", () => {
    expect(residentOf(system.process(part).pid).peak - resident).toBeLessThan(growth.all);
  });
});

describe("after all of that", () => {
  test("everything that was acknowledged is stored once, and nothing that was refused", async () => {
    const found = await untilStored(system, acknowledged);
    const sure = (ids: readonly string[]): readonly string[] => ids.filter((id) => !doubtful.has(id)).toSorted();
    expect(sure(found)).toEqual(sure(acknowledged.map(({ id }) => id)));
    if (doubtful.size === 0) {
      const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
      expect(await countsOf(system, `from=${from}&to=${to}`)).toEqual(expectedCounts(acknowledged));
    }
    await balancedLedger(system.ledger);
  });

  test("the same processes run, and say nothing of a fault", () => {
    expect(pidsNow()).toEqual(pids);
    for (const part of parts) {
      expect(system.process(part).hasEnded()).toBe(false);
      expect(system.process(part).output()).not.toMatch(/unhandled|uncaught|"level":(50|60)/i);
    }
  });
});
