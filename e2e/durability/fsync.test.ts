import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uuidv7 } from "@isotherm/protocol";
import { batchOf, pageOf } from "@isotherm/protocol/fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { full } from "../kit/effort.js";
import { balancedLedger } from "../kit/ledger.js";
import { root } from "../kit/process.js";
import { type Part, startSystem } from "../kit/system.js";
import { type Proof, proveAnswers } from "./answers.js";
import { type Connection, connection } from "./connection.js";
import { type LetGo, proveLetGo } from "./let-go.js";
import { type NewFiles, proveNewFiles } from "./new-files.js";
import { type Call, readTrace } from "./trace.js";
import { underStrace } from "./under-strace.js";

const connections = 8;
// The collector takes 600 requests a minute from one address.
const turns = full ? 60 : 20;
// Holds all that is sent, so that nobody is refused for want of room, in an eighth of it for each segment.
const journalBytes = turns * 419_431;
const command = `${root}packages/isotherm/bin/isotherm.mjs`;
const composed = `${root}e2e/durability/compose.mjs`;
const parts: readonly Part[] = ["relay", "collector"];
// strace prints paths as the system resolves them.
const folder = realpathSync(mkdtempSync(join(tmpdir(), "isotherm-fsync-")));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is known of a part that was traced while visitors sent. */
interface Traced {
  readonly answers: Proof;
  readonly files: NewFiles;
  readonly letGo: LetGo;
  /** Requests with a 2xx, as the test's own clients counted them. */
  readonly received: number;
}

describe.each([
  { run: "the command isotherm", script: (part: Part) => [command, part], syncs: true },
  { run: "the packages composed by hand", script: (part: Part) => [composed, part, "synced"], syncs: true },
  { run: "the same without sync", script: (part: Part) => [composed, part, "unsynced"], syncs: false },
])("$run, under strace", ({ run, script, syncs }) => {
  const traced = new Map<Part, Traced>();
  const of = (part: Part): Traced => traced.get(part) as Traced;

  beforeAll(async () => {
    const own = join(folder, run.replaceAll(" ", "-"));
    for (const [part, found] of await trace(own, script)) traced.set(part, found);
  });

  test.each(parts)("%s answered every request of the test's clients, and each is judged", (part) => {
    expect(of(part).received).toBe(connections * turns);
    expect(of(part).answers.known).toBe(connections * turns);
    // The relay's own requests are the others.
    if (part === "collector") expect(of(part).answers.others).toBeGreaterThan(0);
    else expect(of(part).answers.others).toBe(0);
  });

  if (syncs) {
    test.each(parts)(
      "no 2xx of the %s leaves before an fdatasync that began after its records were written",
      (part) => {
        expect(of(part).answers.violations).toEqual([]);
        const { known, others, syncs } = of(part).answers;
        expect(syncs).toBeGreaterThan(0);
        // Requests that came together shared a sync: the order holds for groups, too.
        expect(syncs).toBeLessThan(known + others);
      },
    );

    test.each(parts)(
      "new segments, folders and snapshots of the %s are durable before anything relies on them",
      (part) => {
        const { segments, folders, renames, violations } = of(part).files;
        expect(violations).toEqual([]);
        expect(segments).toBeGreaterThan(1);
        expect(folders).toBeGreaterThan(0);
        expect(renames).toBeGreaterThan(0);
      },
    );

    test("the collector's journal lets a segment go once its store has what it held on disk", () => {
      const { removed, batches, violations } = of("collector").letGo;
      expect(violations).toEqual([]);
      expect(removed).toBeGreaterThan(0);
      expect(batches).toBeGreaterThan(removed);
    });
  } else {
    test.each(parts)("the same judge finds every answer of the %s at fault", (part) => {
      const { known, others, violations, syncs } = of(part).answers;
      expect(violations).toHaveLength(known + others);
      expect(syncs).toBe(0);
    });
  }
});

async function trace(own: string, script: (part: Part) => readonly string[]): Promise<Map<Part, Traced>> {
  mkdirSync(own);
  const file = (part: Part): string => join(own, `${part}.trace`);
  const system = await startSystem(own, {
    journalBytes,
    run: (part, env) => underStrace(file(part), script(part), own, env),
  });
  const intakes = { relay: `${system.relay}${system.intake}`, collector: `${system.collector}/v1/batches` };
  const clients = new Map<Part, readonly Connection[]>();
  try {
    for (const part of parts) clients.set(part, await sendTo(intakes[part], system.relay, system.publicKey));
    // By then the collector has answered the relay, too.
    await balancedLedger(system.ledger);
  } finally {
    for (const client of [...clients.values()].flat()) client.close();
    await system.stop();
  }
  const sent = [...clients.values()].flatMap((lines) => lines.flatMap((line) => [...line.received.values()].flat(2)));
  return new Map(
    parts.map((part) => {
      const calls: readonly Call[] = readTrace(file(part));
      const { port, pathname } = new URL(intakes[part]);
      const received = new Map((clients.get(part) ?? []).flatMap((client) => [...client.received]));
      const data = join(own, "isotherm-data");
      const journal = join(data, part, "journal");
      const answers = proveAnswers(calls, { port: Number(port), path: pathname, journal, received });
      const count = [...received.values()].reduce((sum, requests) => sum + requests.length, 0);
      const letGo = proveLetGo(calls, { journal, database: join(data, "collector", "isotherm.db"), sent });
      return [part, { answers, files: proveNewFiles(calls, data), letGo, received: count }];
    }),
  );
}

/** Connections that all send at once; in every fourth turn two of them send the same batch, and another repeats an old one. */
async function sendTo(url: string, origin: string, key: string): Promise<readonly Connection[]> {
  const lines = Array.from({ length: connections }, (_, n) =>
    connection(url, origin, key, `Mozilla/5.0 Chrome/${150 + n}.0.0.0`),
  );
  const page = pageOf({ url: `${origin}/` });
  // Large enough that the journal begins new segments meanwhile.
  const events = [{ type: "custom", t: 0, name: "filled", props: { text: "x".repeat(11_000) } }] as const;
  const batch = (n: number, seq: number) =>
    batchOf({ id: uuidv7(), tab: `tab-${new URL(url).port}-${n}`, seq, at: Date.now(), page, events });
  let old = batch(connections, 0);
  for (let turn = 0; turn < turns; turn++) {
    const shared = batch(connections, turn + 1);
    const statuses = await Promise.all(
      lines.map((line, n) => {
        if (turn % 4 === 3 && n < 2) return line.post([shared]);
        if (turn % 4 === 3 && n === 2) return line.post([old]);
        return line.post(Array.from({ length: 1 + (n % 3) }, (_, more) => batch(n, turn * 3 + more)));
      }),
    );
    expect(statuses.filter((status) => status !== 202 && status !== 204)).toEqual([]);
    old = shared;
  }
  return lines;
}
