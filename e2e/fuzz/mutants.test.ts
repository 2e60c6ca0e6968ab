import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { full } from "../kit/effort.js";
import { balancedLedger } from "../kit/ledger.js";
import { storedIds } from "../kit/stored.js";
import { type Part, type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Campaign, campaign } from "./campaign.js";
import { documented } from "./documented.js";
import { adminKey, changedSite } from "./rights.js";
import { type Client, client } from "./send.js";
import { probed, type Vitals, vitalsOf } from "./vitals.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
/** The first round warms up; what the others need is compared. */
const rounds = 7;
const times = full ? 8 : 1;
const mix = {
  relay: 100 * times,
  direct: 100 * times,
  signed: 100 * times,
  briefing: 15 * times,
  queries: 100 * times,
  heat: 50 * times,
  tenancy: 50 * times,
  privacy: 30 * times,
};
/** Bytes that a process may hold more in the last three rounds than in the three before, once all garbage is gone. */
const mayHold = 2_000_000;
/** Bytes of memory that it may have been given more: most of what comes and goes is garbage for a while. */
const mayReside = 48_000_000;

const parts = ["relay", "collector"] as const satisfies Part[];
let system: System;
let browser: Client;
let sent: Campaign;
let pids: readonly number[];
const vitals: { readonly [part in Part]: Vitals[] } = { relay: [], collector: [] };

interface Health {
  readonly projector: { readonly waiting: number; readonly failing: string | null };
  readonly counts: { readonly [name: string]: number };
}

const pidsNow = (): number[] => parts.map((part) => system.process(part).pid);

const collectorHealth = async (): Promise<Health> =>
  (await (await fetch(`${system.collector}/v1/health`)).json()) as Health;

/** Resolves once whatever was acknowledged has gone all the way. */
async function settled(): Promise<void> {
  await balancedLedger(system.ledger);
  await until("the projector to have everything", async () => {
    const { projector } = await collectorHealth();
    if (projector.failing !== null) throw new Error(projector.failing);
    return projector.waiting === 0 ? true : null;
  });
}

async function look(): Promise<void> {
  await settled();
  for (const part of parts) vitals[part].push(await vitalsOf(system.process(part)));
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

/** How much more of something a process had in the last three rounds than in the three before. */
const growth = (part: Part, of: (one: Vitals) => number): number =>
  median(vitals[part].slice(-3).map(of)) - median(vitals[part].slice(-6, -3).map(of));

beforeAll(async () => {
  const run = probed(folder);
  system = await startSystem(folder, {
    trustProxy: ["127.0.0.1"],
    run: (part, env) => run(part, { ...env, ISOTHERM_ADMIN_KEY: adminKey }),
  });
  pids = pidsNow();
  const made = await fetch(`${system.collector}/v1/projects`, {
    method: "POST",
    headers: { "x-admin-key": adminKey },
    body: JSON.stringify({ id: changedSite }),
  });
  expect(made.status).toBe(201);
  browser = client();
  sent = campaign(system, await documented(system.collector), browser, mix);
});

afterAll(async () => {
  browser?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function everything(): void {
  test("answer each as documented, and take every good one in between", { timeout: 1_800_000 }, async () => {
    for (let number = 0; number < rounds; number++) {
      await sent.round(number);
      await look();
    }
    expect(sent.faults.slice(0, 3).join("\n\n"), `${sent.faults.length} answers`).toBe("");
  });

  test("store what was accepted, each batch once", () => {
    const { relay, direct, signed } = sent.kept;
    const accepted = [...relay.ids, ...direct.ids, ...signed.ids];
    expect(accepted.length).toBeGreaterThan(mix.relay);
    expect(storedIds(folder).toSorted()).toEqual(accepted.toSorted());
  });

  test("count all that was refused, by its reason", async () => {
    const { relay, direct, signed } = sent.kept;
    const ledger = await balancedLedger(system.ledger);
    const { received, journaled, duplicate, refused } = ledger.keys[system.publicKey] ?? {};
    // An origin that another site allows, of those that the drill makes, is refused only once the request's own is known.
    const { gpc = 0, dnt = 0, origin_refused: elsewhere = 0, ...rejected } = refused ?? {};
    const own = { received: (received ?? 0) - elsewhere, journaled, duplicate, rejected, private: gpc + dnt };
    expect(own).toEqual({
      received: relay.received,
      journaled: relay.accepted,
      duplicate: relay.duplicate,
      rejected: relay.rejected,
      private: relay.private,
    });
    const { origin_refused: atOnce = 0, ...requests } = ledger.requests;
    const { origin_refused: origins = 0, ...whole } = relay.refused;
    expect(requests).toEqual(whole);
    expect(origins - atOnce).toBeGreaterThanOrEqual(0);
    expect(origins > atOnce).toBe(elsewhere > 0);
    const { counts } = await collectorHealth();
    expect(counts).toMatchObject({
      accepted: relay.accepted + direct.accepted + signed.accepted,
      duplicate: direct.duplicate + signed.duplicate,
      "rejected.batch_invalid": (direct.rejected.batch_invalid ?? 0) + (signed.rejected.batch_invalid ?? 0),
      "rejected.batch_too_large": (direct.rejected.batch_too_large ?? 0) + (signed.rejected.batch_too_large ?? 0),
    });
  });

  test.each(parts)("do not make the %s hold more and more memory", (part) => {
    expect(
      growth(part, ({ held }) => held),
      JSON.stringify(vitals[part]),
    ).toBeLessThan(mayHold);
    expect(
      growth(part, ({ resident }) => resident),
      JSON.stringify(vitals[part]),
    ).toBeLessThan(mayReside);
    expect(
      growth(part, ({ handles }) => handles),
      JSON.stringify(vitals[part]),
    ).toBeLessThan(8);
  });

  test("leave the same processes, without a word of a fault", () => {
    expect(pidsNow()).toEqual(pids);
    for (const part of parts) {
      expect(system.process(part).hasEnded()).toBe(false);
      expect(system.process(part).output()).not.toMatch(/unhandled|uncaught|warning|"level":(50|60)/i);
    }
  });
}

const again = process.env.FUZZ_CASE;
describe("requests that are not as they should be", () => {
  if (again === undefined) everything();
  else
    test(`${again} is answered as documented`, async () => {
      process.stdout.write(`${await sent.again(again)}\n`);
      expect(sent.faults.join("\n")).toBe("");
    });
});
