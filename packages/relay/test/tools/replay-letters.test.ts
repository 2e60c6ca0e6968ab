import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { deadLettersIn, type KeptLetter, type LetterFilter, replayLetters } from "@isotherm/relay/tools";
import { describe, expect, test } from "vitest";
import { fileDeadLetters } from "../../src/dead-letters/file-dead-letters.js";
import { silent } from "../../src/log.js";
import { openpanel } from "../../src/target/openpanel.js";
import { backend } from "../kit/backend.js";
import { temporaryFolder } from "../kit/folder.js";
import { forwarding } from "../kit/forwarding.js";
import { dying, idsAt, operated } from "../kit/operated.js";
import { startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

async function lettersIn(folder: string, filter: LetterFilter = {}): Promise<KeptLetter[]> {
  const all: KeptLetter[] = [];
  for await (const letter of deadLettersIn(folder, filter)) all.push(letter);
  return all;
}

/** A relay that has stopped after the hook refused three batches that the collector took. */
async function withLetters() {
  const it = await operated();
  it.hook.reply = () => ({ status: 400 });
  const ids = await it.send(3);
  await it.stop();
  expect((await lettersIn(it.letters)).map(({ id }) => id)).toEqual(ids);
  it.hook.reply = () => ({ status: 200 });
  it.hook.seen.splice(0);
  return { ...it, ids, start: it.start };
}

describe("dead letters that are replayed", () => {
  test("reach their target, and it alone, and the ledger balances", async () => {
    const { journal, letters, ids, hook, collector, start } = await withLetters();
    const outcome = { replayed: 3, copies: 0, unusable: 0, strangers: {} };
    expect(await replayLetters({ journal, folder: letters })).toEqual(outcome);
    expect(await lettersIn(letters)).toEqual([]);
    expect(await replayLetters({ journal, folder: letters })).toEqual({ ...outcome, replayed: 0 });
    const ledger = await start();
    expect(idsAt(hook)).toEqual(ids);
    expect([...collector.arrivals.values()]).toEqual([1, 1, 1]);
    expect(ledger.balanced).toBe(true);
    expect(ledger.targets).toMatchObject({
      hook: { journaled: 3, replayed: 3, forwarded: 3, dead: 3, waiting: 0 },
      isotherm: { journaled: 3, replayed: 0, forwarded: 3, waiting: 0 },
    });
  });

  test("go whole where their lines hold characters at which readers may end a line", async () => {
    const { journal, letters, ids, hook, start } = await withLetters();
    const file = join(letters, "hook.ndjson");
    const title = "line\u2028separator, paragraph\u2029separator";
    // As versions wrote it that did not escape them.
    const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
    const raw = lines.map((line) => {
      const kept = JSON.parse(line);
      return `${JSON.stringify({ ...kept, batch: { ...kept.batch, page: { ...kept.batch.page, title } } })}\n`;
    });
    await writeFile(file, raw.join(""));
    const [first = ""] = ids;
    expect((await replayLetters({ journal, folder: letters, filter: { id: first } })).replayed).toBe(1);
    expect(await readFile(file, "utf8")).toBe(raw.slice(1).join(""));
    expect((await replayLetters({ journal, folder: letters })).replayed).toBe(2);
    expect(await lettersIn(letters)).toEqual([]);
    await start();
    expect(hook.seen.map(({ body }) => JSON.parse(body).data.page.title)).toEqual([title, title, title]);
  });

  test("are refused again as the letters that they were", async () => {
    const { journal, letters, ids, hook, start } = await withLetters();
    const before = await lettersIn(letters);
    hook.reply = () => ({ status: 400 });
    await replayLetters({ journal, folder: letters });
    expect((await start()).balanced).toBe(true);
    const after = await lettersIn(letters);
    expect(after.map(({ id }) => id)).toEqual(ids);
    expect(after).toEqual(before.map((letter) => ({ ...letter, at: expect.any(Number) })));
    expect((await replayLetters({ journal, folder: letters })).replayed).toBe(3);
  });

  test.each(["before", "after"] as const)(
    "are neither lost nor doubled by a kill %s their records are durable",
    async (when) => {
      const { journal, letters, ids, hook, start } = await withLetters();
      await expect(replayLetters({ journal: dying(journal, when), folder: letters })).rejects.toThrow("killed");
      const { replayed } = await replayLetters({ journal, folder: letters });
      expect(replayed).toBe(when === "before" ? 3 : 0);
      expect(await readdir(letters)).toEqual(["hook.ndjson"]);
      const ledger = await start();
      expect(idsAt(hook)).toEqual(ids);
      expect(ledger).toMatchObject({ balanced: true, targets: { hook: { replayed: 3, waiting: 0 } } });
    },
  );

  test("are not doubled by such a kill either when the relay has delivered and freed the records meanwhile", async () => {
    const { journal, letters, ids, hook, start, stop } = await withLetters();
    await expect(replayLetters({ journal: dying(journal, "after"), folder: letters })).rejects.toThrow("killed");
    await start();
    await stop();
    expect((await journal.stats()).records).toBe(0);
    expect((await replayLetters({ journal, folder: letters })).replayed).toBe(0);
    expect((await start()).balanced).toBe(true);
    expect(idsAt(hook)).toEqual(ids);
  });

  test("are chosen by code, batch and target", async () => {
    const { journal, letters, ids } = await withLetters();
    const [one = ""] = ids;
    const folder = letters;
    expect((await replayLetters({ journal, folder, filter: { code: "other" } })).replayed).toBe(0);
    expect((await replayLetters({ journal, folder, filter: { target: "isotherm" } })).replayed).toBe(0);
    expect((await replayLetters({ journal, folder, filter: { id: one, code: "status_400" } })).replayed).toBe(1);
    expect((await lettersIn(letters)).map(({ id }) => id)).toEqual(ids.slice(1));
  });

  test("go once where a crash of the relay left two of the same", async () => {
    const { journal, letters, ids, hook, start } = await withLetters();
    const again = fileDeadLetters({ folder: letters, maxBytes: 1_000_000, log: silent });
    const batch = new TextEncoder().encode(JSON.stringify(sealedBatchOf({ id: ids[0] ?? "" })));
    const item = { id: ids[0] ?? "", kind: "batch", key: "pk_a", site: "shop", receivedAt: 1, batch } as const;
    await again.write([
      { at: 5, target: "hook", code: "late", message: "", item: { ...item, position: 1, gone: new Uint8Array(0) } },
    ]);
    await again.close();
    const outcome = await replayLetters({ journal, folder: letters, filter: { code: "status_400" } });
    expect(outcome).toMatchObject({ replayed: 3, copies: 1 });
    expect(await lettersIn(letters)).toEqual([]);
    expect((await start()).balanced).toBe(true);
    expect([...idsAt(hook)].sort()).toEqual([...ids].sort());
  });

  test.each(["hook", "isotherm"])("leave the ledger in balance for %s when it joins anew afterwards", async (name) => {
    const { journal, letters, start, stop } = await withLetters();
    await replayLetters({ journal, folder: letters });
    await start();
    await stop();
    await journal.forget(name);
    const ledger = await start();
    expect(ledger).toMatchObject({ balanced: true, targets: { [name]: { journaled: 0, replayed: 0, waiting: 0 } } });
  });

  test("stay, and are named, where their target reads another journal", async () => {
    const { journal, letters } = await withLetters();
    await journal.forget("hook");
    expect(await replayLetters({ journal, folder: letters })).toMatchObject({ replayed: 0, strangers: { hook: 3 } });
    expect(await lettersIn(letters)).toHaveLength(3);
  });

  test("keep the id of the one event that was refused", async () => {
    const there = await backend();
    const { append, settled, letters, journal, close, restart } = await forwarding(
      openpanel({ type: "openpanel", url: there.url, clientId: "c", clientSecret: "s" }),
    );
    const events = ["a", "b", "c"].map((name, t) => ({ type: "custom", t, name }) as const);
    there.reply = (_attempt, { body }) => ({
      status: body.includes('"b"') ? 400 : 200,
      body: { deviceId: "d", sessionId: "s" },
    });
    await append([sealedBatchOf({ events })]);
    await settled();
    const [letter] = letters;
    expect(letter?.event).toBe(1);
    const folder = await temporaryFolder();
    const files = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    await files.write(letters);
    await files.close();
    const bodies = there.seen.map(({ body }) => body).filter((body) => body.includes('"b"'));

    there.seen.splice(0);
    // Or it would send what is replayed, and be cut off by the restart before it heard the answer.
    await close();
    expect((await replayLetters({ journal, folder })).replayed).toBe(1);
    await restart();
    expect(await settled()).toMatchObject({ journaled: 1, replayed: 1, dead: 2, forwarded: 0 });
    expect(there.seen.map(({ body }) => body)).toEqual(bodies);
    expect(letters[1]?.event).toBe(1);
    await files.write(letters.slice(1));
    const lines = (await readFile(`${folder}/openpanel.ndjson`, "utf8")).trim().split("\n");
    expect(JSON.parse(lines[0] ?? "").batch.events).toEqual([events[1]]);
  });

  test("of a pass-through go to its backend as the page had sent them, with a body and without one", async () => {
    const folder = await temporaryFolder();
    const own = memoryJournal();
    const there = await backend();
    const collector = await standIn();
    const through = { path: "/q7k2m9x4", to: there.url, name: "shop", durable: ["POST /e"], journal: own };
    const start = () => startRelay(collector, { folder, passthrough: [through] });
    const relay = await start();
    there.reply = () => ({ status: 400 });
    for (const body of ['{"n":"pageview"}', "", "no JSON"]) {
      const init = { method: "POST", headers: { "user-agent": "page" }, body };
      await relay.handle(new Request("http://relay.example/q7k2m9x4/e", init), { address: "203.0.113.7" });
    }
    await relay.drained();
    await relay.close();
    const sent = there.seen.splice(0);
    expect(sent).toHaveLength(3);
    there.reply = () => ({ status: 200 });
    const letters = join(folder, "dead-letters");
    expect(await replayLetters({ journal: own, folder: letters })).toMatchObject({ replayed: 3, unusable: 0 });
    const again = await start();
    await again.drained();
    const bodies = (seen: typeof sent) => seen.map(({ path, body }) => `${path} ${body}`).sort();
    expect(bodies(there.seen)).toEqual(bodies(sent));
    const ledger = await again.ledger();
    expect(ledger).toMatchObject({
      balanced: true,
      passthroughs: { shop: { backend: { replayed: 3, forwarded: 3 } } },
    });
  });
});
