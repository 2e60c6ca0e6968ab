import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { full } from "../kit/effort.js";
import { balancedLedger } from "../kit/ledger.js";
import { type Load, load } from "../kit/load.js";
import { storedIds } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Fate, openUpstream, type Upstream } from "./upstream.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-faults-"));
/** For how long each fault lasts, in ms. */
const lasting = full ? 60_000 : 1_500;
/** What a visitor lets pass between two batches, in ms. */
const pause = 5;
let upstream: Upstream;
let system: System;
let sent: Load;
let pid: number;

beforeAll(async () => {
  upstream = await openUpstream();
  system = await startSystem(folder, { lines: { collector: upstream } });
  pid = system.process("relay").pid;
  const url = `${system.relay}${system.intake}`;
  sent = load({ url, key: system.publicKey, origin: system.relay, pause });
});

afterAll(async () => {
  await system?.stop();
  await upstream?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves once everything that was acknowledged before is stored. */
async function allStored(): Promise<void> {
  const ids = sent.acknowledged.map(({ id }) => id);
  await until(
    "everything to be stored",
    async () => {
      const stored = new Set(storedIds(folder));
      return ids.every((id) => stored.has(id)) ? true : null;
    },
    120_000,
  );
}

const faults: { readonly [name: string]: (attempt: number) => Fate } = {
  "is down": () => "cut",
  "takes batches, and the connection dies before its answer": (attempt) => (attempt % 3 === 0 ? "pass" : "lose"),
  "fails at one request in ten": (attempt) => (attempt % 10 === 1 ? { status: 500 } : "pass"),
  "asks for patience": () => ({ status: 429, headers: { "retry-after": "1" } }),
  "keeps every request waiting": () => "hold",
  "does not know the relay's key": () => ({ status: 401 }),
  "is replaced by a page that says 200 to everything": () => ({ status: 200 }),
};

describe("while the collector", () => {
  test.each(Object.entries(faults))(
    "%s, batches are taken, and each is stored once afterwards",
    async (_name, fate) => {
      upstream.decide(fate);
      const end = Date.now() + lasting;
      // Whoever sends notices nothing.
      while (Date.now() < end) await sent.goesOn(10);
      await until("the fault to strike", async () => (upstream.struck() > 0 ? true : null));
      upstream.decide(() => "pass");
      await allStored();
    },
  );

  test("and after all of it nothing is lost or there twice, the books balance, and it is the same process", async () => {
    await sent.finish();
    await allStored();
    expect(storedIds(folder).toSorted()).toEqual(sent.acknowledged.map(({ id }) => id).toSorted());
    const ledger = await balancedLedger(system.ledger);
    const all = sent.acknowledged.length;
    expect(ledger.targets.isotherm).toMatchObject({
      journaled: all,
      forwarded: all,
      dead: 0,
      dropped: {},
      filtered: 0,
    });
    expect(system.process("relay").hasEnded()).toBe(false);
    expect(system.process("relay").pid).toBe(pid);
  });
});
