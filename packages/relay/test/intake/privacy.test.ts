import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { privacyVerdict } from "../../src/intake/privacy.js";
import { temporaryFolder } from "../kit/folder.js";
import { post, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const named = () => batchOf({ at: Date.now(), visitor: "v1", user: "u1", session: "s1", consent: "granted" });
const said = (headers: Record<string, string>) => ({
  method: "POST",
  query: "",
  path: "/",
  peer: "",
  header: (name: string) => headers[name],
  body: async () => undefined,
});

describe("privacy", () => {
  test.each([
    [{ "sec-gpc": "1" }, { gpc: "drop", dnt: "strip" }, { action: "drop", signal: "gpc" }],
    [{ dnt: "1" }, { gpc: "drop", dnt: "strip" }, { action: "strip", signal: "dnt" }],
    [
      { "sec-gpc": "1", dnt: "1" },
      { gpc: "strip", dnt: "drop" },
      { action: "drop", signal: "dnt" },
    ],
    [
      { "sec-gpc": "1", dnt: "1" },
      { gpc: "ignore", dnt: "strip" },
      { action: "strip", signal: "dnt" },
    ],
    [{ "sec-gpc": "1" }, { gpc: "ignore", dnt: "drop" }, { action: "keep" }],
    [{ "sec-gpc": "1, 1" }, { gpc: "drop", dnt: "strip" }, { action: "drop", signal: "gpc" }],
    [{ dnt: "0,1" }, { gpc: "drop", dnt: "strip" }, { action: "strip", signal: "dnt" }],
    [{ "sec-gpc": "0, 0", dnt: "11" }, { gpc: "drop", dnt: "drop" }, { action: "keep" }],
    [{ "sec-gpc": "0", dnt: "0" }, { gpc: "drop", dnt: "drop" }, { action: "keep" }],
    [{ dnt: "unspecified" }, { gpc: "drop", dnt: "drop" }, { action: "keep" }],
  ] as const)("reads %j under %j as %j", (headers, policy, verdict) => {
    expect(privacyVerdict(said(headers), policy)).toEqual(verdict);
  });

  test("drops what a visitor with GPC sends: counted, answered 204, neither stored nor logged", async () => {
    const collector = await standIn();
    const journal = memoryJournal();
    const lines: unknown[] = [];
    const write = (...line: unknown[]): void => void lines.push(line);
    const relay = await startRelay(collector, { journal, log: { info: write, warn: write, error: write } });
    const body = envelopeOf({ batches: [named(), named()] });
    expect((await post(relay, body, { headers: { "sec-gpc": "1" } })).status).toBe(204);
    const ledger = await relay.ledger();
    expect(ledger).toMatchObject({ balanced: true, targets: { isotherm: { journaled: 0 } } });
    expect(ledger.keys[collector.key]).toMatchObject({ received: 2, journaled: 0, refused: { gpc: 2 } });
    expect((await journal.stats()).last).toBe(0);
    expect(lines).toEqual([]);
  });

  test("strips what names a visitor with DNT, and says so", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const batch = named();
    expect((await post(relay, envelopeOf({ batches: [batch] }), { headers: { dnt: "1" } })).status).toBe(204);
    await relay.drained();
    const stored = collector.stored.get(batch.id);
    expect(stored?.edge).toMatchObject({ privacy: "dnt" });
    for (const field of ["visitor", "user", "session"]) expect(stored).not.toHaveProperty(field);
    for (const field of ["visitor", "ip", "address"]) expect(stored?.edge).not.toHaveProperty(field);
    expect(stored?.consent).toBe("granted");
  });

  test("writes no full address to disk", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const batch = named();
    collector.reject.add(batch.id);
    const relay = await startRelay(collector, { folder });
    await post(relay, envelopeOf({ batches: [batch] }), { address: "198.51.100.23" });
    await relay.drained();
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "utf8")),
    );
    expect(texts.some((text) => text.includes(batch.id))).toBe(true);
    expect(texts.filter((text) => text.includes("198.51.100.23"))).toEqual([]);
  });

  test("leaves the hash to the collector while there is no salt, and keeps the address out of the dead letters", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    collector.briefing = { at: Date.now(), sites: [collector.site], salts: [] };
    const [kept, refused] = [named(), named()];
    collector.reject.add(refused.id);
    const relay = await startRelay(collector, { folder });
    await post(relay, envelopeOf({ batches: [kept, refused] }), { address: "198.51.100.23" });
    await relay.drained();
    expect(collector.stored.get(kept.id)?.edge).toMatchObject({ address: "198.51.100.23", ip: "198.51.100.0" });
    const letters = await readFile(join(folder, "dead-letters", "isotherm.ndjson"), "utf8");
    expect(letters).toContain(refused.id);
    expect(letters).not.toContain("198.51.100.23");
  });
});
