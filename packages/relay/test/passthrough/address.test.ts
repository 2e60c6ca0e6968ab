import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import type { PassthroughOptions } from "@isotherm/relay";
import { describe, expect, inject, test } from "vitest";
import { replayLetters } from "../../src/dead-letters/replay-letters.js";
import type { Reply } from "../kit/backend.js";
import { temporaryFolder } from "../kit/folder.js";
import { post } from "../kit/relay.js";
import { key, standIn } from "../kit/stand-in.js";
import { delivered, through } from "../kit/through.js";

const address = "203.0.113.7";

/** Every file of a relay's folder, and what lies in it as base64 in plain, by its name. */
async function filesIn(folder: string): Promise<{ readonly [file: string]: string }> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((it) => it.isFile());
  const read = names.map(async ({ parentPath, name }) => {
    const text = await readFile(join(parentPath, name), "utf8");
    return [name, text.replace(/"raw":"([^"]*)"/g, (_, raw: string) => Buffer.from(raw, "base64").toString())] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

describe("a visitor's whole address", () => {
  const refused: Reply = { status: 400, body: { type: "validation_error", error: { message: "no" } } };
  const viewed = { $current_url: "https://shop.example/", $pageview_id: "view" };
  test.each<[string, string, object, Reply, Partial<PassthroughOptions>]>([
    [
      "umami",
      "/api/send",
      { type: "event", payload: { website: "w", hostname: "shop.example", url: "/" } },
      { status: 200, body: { beep: "boop" } },
      { preset: "umami" },
    ],
    ["posthog", "/e/", { event: "$pageview", properties: viewed }, refused, { preset: "posthog" }],
    [
      "plausible",
      "/api/event",
      { n: "pageview", u: "https://shop.example/" },
      { status: 202, headers: { "x-plausible-dropped": "1" } },
      { preset: "plausible" },
    ],
    ["passthrough", "/collect", {}, refused, { durable: ["POST /collect"] }],
  ])("is kept nowhere but in the journal when the backend refuses: %s", async (name, below, body, reply, options) => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    // Without a salt, a copy holds the address for whoever has one.
    collector.briefing = { at: Date.now(), sites: [collector.site], salts: [] };
    collector.next = () => ({ status: 400, body: { code: "envelope_invalid", message: "no" } });
    const isNode = inject("core") === "node";
    const more = { folder, ...(isNode && { quarantine: { maxBytes: 100_000 } }) };
    const set = await through({ ...options, copy: { key } }, more, collector);
    set.there.reply = () => reply;
    await set.send(below, { body: JSON.stringify(body) }, address);
    if (isNode) await post(set.relay, { ...envelopeOf(), batches: [{ ...batchOf(), events: 7 }] });
    await delivered(set);
    await set.relay.close();
    expect(set.there.seen[0]?.headers["x-forwarded-for"]).toBe(address);
    const files = await filesIn(folder);
    expect(files[`${name}.ndjson`]).toContain(below);
    if (name !== "passthrough") expect(files[`${name}-copy.ndjson`]).toContain('"copy":[{');
    if (isNode) expect(files["requests.ndjson"]).toContain("batch_invalid");
    expect(Object.entries(files).filter(([, text]) => text.includes(address))).toEqual([]);
  });

  test("goes to Umami in the payload of each delivery, and not with one that was a dead letter", async () => {
    const folder = await temporaryFolder();
    const journal = memoryJournal();
    const set = await through({ preset: "umami", journal }, { folder });
    set.there.reply = (attempt) => (attempt === 1 ? { status: 503 } : { status: 200, body: { beep: "boop" } });
    const payload = { website: "w", hostname: "shop.example", url: "/" };
    await set.send("/api/send", { body: JSON.stringify({ type: "event", payload }) }, address);
    await delivered(set);
    await set.relay.close();
    const sent = set.there.seen.map(({ body }) => JSON.parse(body).payload);
    expect(sent).toMatchObject([
      { ...payload, ip: address },
      { ...payload, ip: address },
    ]);
    const letters = join(folder, "dead-letters");
    expect(await replayLetters({ journal, folder: letters })).toMatchObject({ replayed: 1, unusable: 0 });
    const again = await through({ preset: "umami", journal }, { folder });
    again.there.reply = () => ({ status: 200, body: { cache: "c" } });
    await delivered(again);
    const { ip: _, ...rest } = sent[0];
    expect(again.there.seen.map(({ body }) => JSON.parse(body).payload)).toEqual([rest]);
  });
});
