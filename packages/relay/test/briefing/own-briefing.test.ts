import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import type { SealedBatch } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { createRelay, type RelayOptions } from "@isotherm/relay";
import { expect, onTestFinished, test } from "vitest";
import { type Backend, backend } from "../kit/backend.js";
import { temporaryFolder } from "../kit/folder.js";
import { post, relayOptions } from "../kit/relay.js";
import { key, siteOf, standIn } from "../kit/stand-in.js";

const day = 86_400_000;
const address = "203.0.113.7";

/** A relay without a collector, whose batches a webhook gets. */
async function alone(hook: Backend, options: Partial<RelayOptions> = {}) {
  const usual = await relayOptions(await standIn());
  const targets = [{ type: "webhook" as const, url: hook.url, secrets: [newSecret()] }];
  const sites = [siteOf({ id: "shop", keys: [key] })];
  const relay = await createRelay({ ...usual, journal: memoryJournal(), targets, sites, ...options });
  onTestFinished(() => relay.close());
  return {
    relay,
    /** Sends a batch of one visitor, and answers with what the webhook got of it. */
    async visit(at: number): Promise<SealedBatch> {
      const envelope = envelopeOf({ key, batches: [batchOf({ at })], sentAt: at });
      expect((await post(relay, envelope, { address })).status).toBe(204);
      await relay.drained();
      return (JSON.parse(hook.seen.at(-1)?.body ?? "{}") as { data: SealedBatch }).data;
    },
  };
}

test("a relay without a collector knows a visitor for a day, also over a restart, and keeps no address", async () => {
  const hook = await backend();
  let at = Date.UTC(2026, 10, 21, 9);
  const folder = await temporaryFolder();
  const options = { folder, now: () => at };
  const first = await alone(hook, options);
  const { edge } = await first.visit(at);
  expect(edge.visitor).toEqual(expect.any(String));
  expect(edge).not.toHaveProperty("address");
  expect(edge.ip).toBe("203.0.113.0");
  await first.relay.close();
  const second = await alone(hook, options);
  at += 3_600_000;
  expect((await second.visit(at)).edge.visitor).toBe(edge.visitor);
  at += day;
  await second.relay.refresh();
  expect((await second.visit(at)).edge.visitor).not.toBe(edge.visitor);
  expect(await second.relay.health()).toMatchObject({ status: "ok", ready: true });
});

test("a relay without a collector forgets its salts 48 hours after their day, on disk too", async () => {
  const hook = await backend();
  let at = Date.UTC(2026, 10, 21, 9);
  const folder = await temporaryFolder();
  const { relay } = await alone(hook, { folder, now: () => at });
  const salts = async (): Promise<readonly string[]> =>
    (await readFile(join(folder, "briefing.json"), "utf8")).match(/2026-11-\d\d/g) ?? [];
  expect(new Set(await salts())).toContain("2026-11-21");
  at += 3 * day;
  await relay.refresh();
  expect(new Set(await salts())).not.toContain("2026-11-21");
  expect(new Set(await salts())).toContain("2026-11-24");
});

test("a relay may be there for pass-throughs alone, but not for nothing", async () => {
  const there = await backend();
  const usual = await relayOptions(await standIn());
  const passthrough = [{ path: "/q7k2", to: there.url, preset: "plausible" as const, journal: memoryJournal() }];
  const relay = await createRelay({ ...usual, targets: [], sites: [], passthrough });
  onTestFinished(() => relay.close());
  const request = new Request("http://relay.example/q7k2/api/event", { method: "POST", body: "{}" });
  expect((await relay.handle(request, { address })).status).toBe(202);
  await expect(createRelay({ ...usual, targets: [], sites: [] })).rejects.toThrow("targets: name at least one");
});
