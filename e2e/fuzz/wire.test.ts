import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch, Event } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Counts, countsOf, expectedCounts } from "../kit/counts.js";
import { full, seed } from "../kit/effort.js";
import { balancedLedger } from "../kit/ledger.js";
import { storedIds } from "../kit/stored.js";
import { type Part, type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Documented, documented, faultsOf } from "./documented.js";
import { randomOf } from "./random.js";
import { client } from "./send.js";
import { slowClients } from "./slow.js";
import { answersIn, type Said, speak } from "./socket.js";
import { validBatch } from "./valid.js";
import { handlesOf } from "./vitals.js";
import { type Parts, type WireCase, wireCases, wireMutant } from "./wire-cases.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const parts = ["relay", "collector"] as const satisfies Part[];
/** Requests with any byte wrong, on each server. */
const mutants = full ? 1_500 : 150;
/** Connections at once. */
const lanes = 12;
const slow = full ? 10_000 : 300;
/** Good requests beside the slow ones, and the milliseconds in which each has to be accepted. */
const goodOnes = 50;
const patience = 20_000;

let system: System;
let docs: Documented;
let statuses: readonly number[];
let pids: readonly number[];
const random = randomOf(`${seed}/wire`);
/** Batches that were made, and those in requests that were accepted. */
const made = new Map<string, Batch>();
const accepted: Batch[] = [];
const accept = (id: string): void => {
  const batch = made.get(id);
  if (batch === undefined) throw new Error(`no batch was made with the id ${id}`);
  accepted.push(batch);
};

const pidsNow = (): number[] => parts.map((part) => system.process(part).pid);

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/**
 * A batch with a page and an event of its own: what is shown of these can come of nothing else, not even of a mutant that
 * was accepted, which is another's.
 */
function single(): Batch {
  const { rate, ...batch } = validBatch({ key: system.publicKey, origin: system.relay, now: Date.now() }, random);
  const { id } = batch;
  const page = { ...batch.page, id, url: `${system.relay}/of/${id}` };
  const presses = Array.from({ length: random.below(4) }, (_, n) => ({ ...fixtures.click, n }));
  const events: readonly Event[] = [fixtures.page, ...presses, { type: "custom", t: 2, name: `event of ${id}` }];
  const one = { ...batch, page, events };
  made.set(id, one);
  return one;
}

/** What a request to a part begins with, from an address that sends little. */
const head = (part: Part): Pick<Parts, "line" | "fields"> => {
  const path = part === "relay" ? system.intake : "/v1/batches";
  const from = `203.0.${random.below(200)}.${random.below(250)}`;
  const fields = `host: 127.0.0.1\r\norigin: ${system.relay}\r\nx-forwarded-for: ${from}\r\nuser-agent: ${agent}\r\n`;
  return { line: `POST ${path} HTTP/1.1`, fields };
};

/** A good request to a part, with a batch that was never sent. */
const fresh = (part: Part): Parts => ({
  ...head(part),
  body: JSON.stringify({ v: 1, key: system.publicKey, batches: [single()] }),
});

/** How many answers a case has to get. */
const owedTo = ({ good = 0, leaves = false, answered = !leaves }: WireCase): number => Math.max(good, answered ? 1 : 0);

/** What is wrong with what was said to a case. */
function faultsIn(wireCase: WireCase, { answers, rest, closed }: Said): string[] {
  const { good = 0 } = wireCase;
  const faults = answers.flatMap((answer) => faultsOf("POST", answer, statuses, docs));
  const taken = answers.findIndex(({ status }) => status !== 204);
  if ((taken === -1 ? answers.length : taken) < good) faults.push(`${good} good requests in it were not all accepted`);
  if (rest !== "") faults.push("an answer is not whole");
  if (answers.length < Math.min(1, owedTo(wireCase)))
    faults.push(`it was never answered, and ${closed ? "" : "not "}closed`);
  return faults;
}

/** The ids of the good requests that a case begins with. */
function idsIn({ pieces, good = 0 }: WireCase): readonly string[] {
  const text = pieces.map((piece) => Buffer.from(piece).toString("latin1")).join("");
  return [...text.matchAll(/"batches":\[\{"id":"([0-9a-f-]{36})"/g)].slice(0, good).map(([, id]) => id as string);
}

/** What the collector shows of a batch that has a page and an event of its own. */
async function shownOf({ id }: Batch): Promise<Counts> {
  const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
  return countsOf(system, `from=${from}&to=${to}`, id);
}

beforeAll(async () => {
  system = await startSystem(folder, { trustProxy: ["127.0.0.1"] });
  pids = pidsNow();
  docs = await documented(system.collector);
  statuses = [202, 204, ...new Set([...docs.refusals.values()].flat())];
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(parts)("connections to the %s", (part) => {
  /** Resolves once no more is open than when it was called for the first time. */
  const letGo = async (before: number): Promise<void> => {
    await until("every connection to be let go of", async () =>
      handlesOf(system.process(part).pid) <= before ? true : null,
    );
  };

  test("are answered as documented, whatever comes over them, and good requests in it are accepted", async () => {
    const before = handlesOf(system.process(part).pid);
    const faults: string[] = [];
    const cases = wireCases(() => fresh(part));
    const queue: WireCase[] = [...cases];
    for (let at = 0; at < mutants; at++) queue.push(wireMutant(() => fresh(part), random));
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const said = await speak(system[part], { ...next, owed: owedTo(next) });
        const found = faultsIn(next, said);
        if (found.length === 0) for (const id of idsIn(next)) accept(id);
        else faults.push(`${next.name}: ${found.join("; ")}\n${JSON.stringify({ ...next, said }).slice(0, 2_000)}`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    expect(faults.join("\n\n"), `${faults.length} of ${cases.length + mutants} with TEST_SEED=${seed}`).toBe("");
    await letGo(before + 4);
  });

  test(`that are slow, ${slow} at once, hold up nobody else`, { timeout: 300_000 }, async () => {
    const before = handlesOf(system.process(part).pid);
    const clients = slowClients(system[part], slow, () => {
      const { line, fields } = head(part);
      return `${line}\r\n${fields}`;
    });
    onTestFinished(clients.leave);
    await until("all slow clients to be there", async () => {
      const handles = handlesOf(system.process(part).pid);
      if (clients.going() === slow && handles > slow) return true;
      const said = [...new Set(clients.heard().map((text) => text.slice(0, 200)))].join("\n");
      throw new Error(`${clients.going()} of ${slow} are, on ${handles} handles; others ended with: ${said}`);
    });

    const browser = client();
    onTestFinished(browser.close);
    let slowest = 0;
    for (let at = 0; at < goodOnes; at++) {
      const { line: start, fields: lines, body } = fresh(part);
      const [method = "", path = ""] = start.split(" ");
      const headers = Object.fromEntries(
        lines
          .split("\r\n")
          .slice(0, -1)
          .map((field) => field.split(": ") as [string, string]),
      );
      const began = performance.now();
      const answer = await browser.send({
        url: system[part],
        method,
        path,
        headers,
        body: new Uint8Array(Buffer.from(body)),
      });
      slowest = Math.max(slowest, performance.now() - began);
      expect(answer.status).toBe(204);
      accept(/"id":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? "");
    }
    expect(slowest).toBeLessThan(patience);
    expect(clients.going()).toBe(slow);
    browser.close();

    if (full) {
      await until("every slow client to be told to go", async () => (clients.going() === 0 ? true : null), 120_000);
      for (const text of clients.heard()) {
        const { answers, rest } = answersIn(Buffer.from(text));
        expect([answers.map(({ status }) => status), rest]).toEqual([[408], ""]);
        expect(answers.flatMap((answer) => faultsOf("POST", answer, statuses, docs))).toEqual([]);
      }
    }
    clients.leave();
    await letGo(before + 4);
  });
});

describe("after all of that", () => {
  test("every good batch is stored, what it tells of is shown once, and the ledger balances", async () => {
    await balancedLedger(system.ledger);
    await until("every good batch to be stored", async () => {
      const ids = storedIds(folder);
      return accepted.every(({ id }) => ids.includes(id)) || null;
    });
    expect(accepted.length).toBeGreaterThan(parts.length * goodOnes);
    for (const batch of accepted) expect(await shownOf(batch)).toEqual(expectedCounts([batch]));
  });

  test("the same processes run, without a word of a fault", () => {
    expect(pidsNow()).toEqual(pids);
    for (const part of parts) {
      expect(system.process(part).hasEnded()).toBe(false);
      expect(system.process(part).output()).not.toMatch(/unhandled|uncaught|warning|"level":(50|60)/i);
    }
  });
});
