import { gzipSync } from "node:zlib";
import type { Accepted, Batch, Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { createEdgeRelay, type EdgeRelay, type EdgeRelayOptions, metricsText } from "@isotherm/relay/edge";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { backend, type Reply } from "../kit/backend.js";
import { intakePath, post } from "../kit/relay.js";
import { type Move, type StandIn, siteOf, standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

async function startUpstream(collector: StandIn, overrides: Partial<EdgeRelayOptions> = {}): Promise<EdgeRelay> {
  const { url, keyId, secrets } = collector;
  const relay = await createEdgeRelay({
    paths: { intake: intakePath },
    durability: "upstream",
    targets: [{ type: "isotherm", url, keyId, secrets }],
    retry: { timeoutMs: 30_000 },
    ...overrides,
  });
  onTestFinished(() => relay.close());
  return relay;
}

const fresh = (count = 1) => Array.from({ length: count }, (_, seq) => batchOf({ at: Date.now(), seq }));
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as Refusal).code;
const targetsOf = async (relay: EdgeRelay) => (await relay.ledger()).targets;
const webhookAt = (url: string) => ({ type: "webhook", url, secrets: [`whsec_${"A".repeat(43)}=`] }) as const;
const plausibleAt = (url: string) =>
  ({ type: "plausible", url, domain: "shop.example", events: { types: ["page", "custom"] } }) as const;

describe("without a journal", () => {
  test("a 204 comes after the collector has the batch, sealed and signed", async () => {
    const collector = await standIn();
    const relay = await startUpstream(collector);
    const batch = batchOf({ at: Date.now() });
    let answered = false;
    collector.next = () => {
      expect(answered).toBe(false);
      return "take";
    };
    const response = await post(relay, envelopeOf({ batches: [batch] }), { address: "203.0.113.7" });
    answered = true;
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(collector.stored.get(batch.id)).toMatchObject({
      ...batch,
      edge: { ip: "203.0.113.0", host: "shop.example", relay: "relay", visitor: expect.any(String) },
    });
    expect(await relay.health()).toMatchObject({
      status: "ok",
      ready: true,
      journal: { durability: "upstream", records: 0 },
      targets: { isotherm: { state: "running", waiting: 0 } },
    });
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      keys: { [collector.key]: { received: 1, journaled: 1, duplicate: 0, refused: {} } },
      targets: { isotherm: { journaled: 1, forwarded: 1, waiting: 0 } },
    });
    const numbers = await metricsText(relay);
    expect(numbers).toContain(
      `# TYPE isotherm_relay_batches_total counter\nisotherm_relay_batches_total{key="${collector.key}",outcome="journaled",reason=""} 1\n`,
    );
    expect(numbers).toContain('isotherm_relay_target_state{target="isotherm",state="running"} 1\n');
    expect(numbers).toContain("isotherm_relay_ready 1\n");
  });

  test("a country that the platform names is the visitor's, and a header's is not", async () => {
    const collector = await standIn();
    const relay = await startUpstream(collector, { countryHeader: "cf-ipcountry" });
    const [named, claimed] = [batchOf({ at: Date.now() }), batchOf({ at: Date.now() })];
    const request = (batch: Batch): Request =>
      new Request(`http://relay.example${intakePath}`, {
        method: "POST",
        headers: { origin: "https://shop.example", "cf-ipcountry": "DE", "x-forwarded-for": "198.51.100.9" },
        body: JSON.stringify(envelopeOf({ batches: [batch] })),
      });
    await relay.handle(request(named), { address: "203.0.113.7", country: "FR", region: "Brittany", city: "Brest" });
    await relay.handle(request(claimed), { address: "203.0.113.7" });
    expect(collector.stored.get(named.id)?.edge).toMatchObject({
      ...{ ip: "203.0.113.0", country: "FR", region: "Brittany", city: "Brest" },
    });
    expect(collector.stored.get(claimed.id)?.edge).toMatchObject({ ip: "203.0.113.0" });
    expect(collector.stored.get(claimed.id)?.edge.country).toBeUndefined();
  });

  test("a runtime that cannot unpack gzip says so", async () => {
    const relay = await startUpstream(await standIn());
    vi.stubGlobal(
      "DecompressionStream",
      class {
        constructor() {
          throw new Error("a Node.js API is used which is not supported in the Edge Runtime");
        }
      },
    );
    onTestFinished(() => void vi.unstubAllGlobals());
    const body = gzipSync(JSON.stringify(envelopeOf({ batches: fresh() })));
    const refused = await post(relay, body, { headers: { "content-encoding": "gzip" } });
    expect([refused.status, await codeOf(refused)]).toEqual([415, "encoding_unsupported"]);
  });

  test.each<[string, Move, number]>([
    ["answers 500", { status: 500 }, 5],
    ["asks for a while of rest", { status: 429, headers: { "retry-after": "17" } }, 17],
    ["cuts the line", "cut", 5],
    ["hangs", "hang", 5],
    ["does not know the relay any more", { status: 403 }, 60],
    ["does not know the site yet", { status: 401, body: { code: "key_unknown", message: "no such site" } }, 60],
    ["is a page that answers 200 to everything", { status: 200, body: "<html>" }, 60],
  ])("a collector that %s makes the sender come again, and nothing is lost or stored twice", async (_n, move, wait) => {
    const collector = await standIn();
    const relay = await startUpstream(collector, { retry: { timeoutMs: move === "hang" ? 1_500 : 30_000 } });
    collector.next = () => move;
    const batches = fresh(2);
    const refused = await post(relay, envelopeOf({ batches }));
    expect([refused.status, await codeOf(refused), Number(refused.headers.get("retry-after"))]).toEqual([
      503,
      "unavailable",
      wait,
    ]);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(await relay.health()).toMatchObject({ status: "failing", ready: false });
    expect((await relay.health()).journal.failing).not.toBeNull();
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      keys: { [collector.key]: { received: 2, journaled: 0, refused: { unavailable: 2 } } },
      targets: { isotherm: { journaled: 0, forwarded: 0 } },
    });
    if (wait === 17) return;
    collector.next = () => "take";
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(204);
    expect([...collector.stored.keys()]).toEqual(batches.map(({ id }) => id));
    expect(await relay.health()).toMatchObject({ status: "ok", targets: { isotherm: { state: "running" } } });
    expect((await relay.ledger()).balanced).toBe(true);
  });

  test("a target that asked for rest is left alone until it is over", async () => {
    const collector = await standIn();
    const relay = await startUpstream(collector);
    collector.next = () => ({ status: 503, headers: { "retry-after": "30" } });
    await post(relay, envelopeOf({ batches: fresh() }));
    const again = await post(relay, envelopeOf({ batches: fresh() }));
    expect([again.status, Number(again.headers.get("retry-after"))]).toEqual([503, 30]);
    expect(collector.envelopes).toHaveLength(1);
    expect((await relay.health()).targets.isotherm).toMatchObject({ state: "backing_off" });
  });

  test("a batch that the collector refuses for good is told to the sender, and costs no other", async () => {
    const collector = await standIn();
    const lines: string[] = [];
    const relay = await startUpstream(collector, { deadLetters: async (more) => void lines.push(...more) });
    const batches = fresh(3);
    const bad = batches[1]?.id ?? "";
    collector.reject.add(bad);
    const response = await post(relay, envelopeOf({ batches }));
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      accepted: 2,
      duplicate: 0,
      rejected: [{ id: bad, code: "batch_invalid", message: expect.stringContaining("not today") }],
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { target: "isotherm", id: bad, message: "not today" },
    ]);
    expect(await targetsOf(relay)).toMatchObject({ isotherm: { journaled: 3, forwarded: 2, dead: 1 } });

    const again = (await (await post(relay, envelopeOf({ batches }))).json()) as Accepted;
    expect(again).toMatchObject({ accepted: 0, duplicate: 3 });
    expect(collector.arrivals.get(bad)).toBe(1);
  });

  test("while dead letters cannot be kept, the sender keeps the batch", async () => {
    const collector = await standIn();
    let isFull = true;
    const relay = await startUpstream(collector, {
      deadLetters: () => (isFull ? Promise.reject(new Error("no room")) : Promise.resolve()),
    });
    const batches = fresh();
    collector.reject.add(batches[0]?.id ?? "");
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(503);
    expect((await relay.health()).journal.failing).toContain("no room");
    isFull = false;
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(202);
  });

  test.each([400, 413])("the one batch of many that a %i is about is found", async (status) => {
    const collector = await standIn();
    const relay = await startUpstream(collector);
    const batches = fresh(20);
    const poison = batches[13]?.id ?? "";
    const body = { code: status === 413 ? "body_too_large" : "envelope_invalid", message: "no" };
    collector.next = () => (collector.envelopes.at(-1)?.ids.includes(poison) ? { status, body } : "take");
    const response = await post(relay, envelopeOf({ batches }));
    expect(await response.json()).toMatchObject({
      accepted: 19,
      rejected: [{ id: poison, code: status === 413 ? "batch_too_large" : "batch_invalid" }],
    });
    expect(collector.stored.size).toBe(19);
  });

  test("a page whose address is none does not cost the others of its envelope", async () => {
    const [collector, there] = [await standIn(), await backend()];
    there.reply = () => ({
      status: 200,
      body: { sessionId: "s", size: 2, processed: 2, errors: 0, details: [], cache: "c" },
    });
    const relay = await startUpstream(collector, {
      sites: [siteOf()],
      targets: [{ type: "umami", url: there.url, website: "01234567-0123-0123-0123-0123456789ab" }],
    });
    const [one, other] = fresh(2);
    const batches = [one, { ...other, page: { ...other?.page, url: "/relative?x=1" } }];
    expect((await post(relay, { ...envelopeOf(), batches })).status).toBe(204);
    expect(await targetsOf(relay)).toMatchObject({ umami: { forwarded: 2, dead: 0 } });
  });

  test("discards that a sender reports reach the collector once", async () => {
    const collector = await standIn();
    const relay = await startUpstream(collector);
    const gone = [{ tab: "t1", seq: 4, n: 9, reason: "quota" as const }];
    const batches = fresh();
    expect((await post(relay, envelopeOf({ batches, gone }))).status).toBe(204);
    expect((await post(relay, envelopeOf({ batches, gone }))).status).toBe(202);
    expect(collector.gone).toEqual(gone);
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      targets: { isotherm: { journaled: 1, forwarded: 1, waiting: 0 } },
    });
  });
});

describe("several targets without a journal", () => {
  test("a 204 waits for all of them, and who has a batch does not get it again", async () => {
    const [collector, hook] = [await standIn(), await backend()];
    hook.reply = (attempt) => ({ status: attempt === 1 ? 500 : 204, body: "" });
    const { url, keyId, secrets } = collector;
    const relay = await startUpstream(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets }, webhookAt(hook.url)],
    });
    const batches = fresh();
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(503);
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(204);
    expect([...collector.arrivals.values()]).toEqual([1]);
    expect(hook.seen).toHaveLength(2);
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      targets: { isotherm: { forwarded: 1 }, webhook: { forwarded: 1 } },
    });
  });

  test("what one refuses for good is taken where another has it, and is not asked again", async () => {
    const [collector, hook] = [await standIn(), await backend()];
    hook.reply = () => ({ status: 400 });
    const { url, keyId, secrets } = collector;
    const relay = await startUpstream(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets }, webhookAt(hook.url)],
    });
    collector.next = (attempt) => (attempt === 1 ? { status: 500 } : "take");
    const batches = fresh();
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(503);
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(204);
    expect(hook.seen).toHaveLength(1);
    expect(await targetsOf(relay)).toMatchObject({ isotherm: { forwarded: 1 }, webhook: { dead: 1, journaled: 1 } });
  });

  test("one that is not required costs nobody a wait: what it does not take is lost, and counted", async () => {
    const [collector, hook] = [await standIn(), await backend()];
    hook.reply = () => ({ status: 500 });
    const { url, keyId, secrets } = collector;
    const relay = await startUpstream(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets }, webhookAt(hook.url)],
      required: ["isotherm"],
    });
    expect((await post(relay, envelopeOf({ batches: fresh() }))).status).toBe(204);
    await until(
      () => targetsOf(relay),
      ({ webhook }) => webhook?.waiting === 0,
    );
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      targets: { isotherm: { forwarded: 1 }, webhook: { journaled: 1, forwarded: 0, dropped: { unavailable: 1 } } },
    });
    expect(await relay.health()).toMatchObject({ status: "degraded", ready: true });
  });

  test("one that is not required gets a batch behind the answer, once the others have it, and once", async () => {
    const [collector, hook] = [await standIn(), await backend()];
    hook.reply = () => ({ status: 204, body: "" });
    collector.next = (attempt) => (attempt === 1 ? { status: 500 } : "take");
    const { url, keyId, secrets } = collector;
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const relay = await startUpstream(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets }, webhookAt(hook.url)],
      required: ["isotherm"],
      fetch: async (to, init) => {
        if (!to.startsWith(hook.url)) return fetch(to, init);
        await gate;
        return fetch(to, init);
      },
    });
    const kept: Promise<unknown>[] = [];
    const [batches, gone] = [fresh(2), [{ tab: "t1", seq: 4, n: 9, reason: "quota" as const }]];
    const send = (): Promise<Response> =>
      relay.handle(
        new Request(`http://relay.example${intakePath}`, {
          method: "POST",
          headers: { origin: "https://shop.example" },
          body: JSON.stringify(envelopeOf({ batches, gone })),
        }),
        { address: "203.0.113.7", waitUntil: (work) => void kept.push(work) },
      );
    expect((await send()).status).toBe(503);
    expect(kept).toHaveLength(0);
    expect((await send()).status).toBe(204);
    expect((await send()).status).toBe(202);
    expect(kept).toHaveLength(1);
    const waiting = { balanced: true, targets: { webhook: { journaled: 2, forwarded: 0, waiting: 2 } } };
    expect(await relay.ledger()).toMatchObject(waiting);
    expect(await relay.health()).toMatchObject({ journal: { records: 0 } });
    letGo();
    await Promise.all(kept);
    const done = { webhook: { journaled: 2, forwarded: 2, waiting: 0 }, isotherm: { forwarded: 2, waiting: 0 } };
    expect(await relay.ledger()).toMatchObject({ balanced: true, targets: done });
    expect(hook.seen).toHaveLength(2);
  });

  test("an end waits for what goes on behind the answers", async () => {
    const [collector, hook] = [await standIn(), await backend()];
    hook.reply = () => ({ status: 204, body: "" });
    const { url, keyId, secrets } = collector;
    const relay = await startUpstream(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets }, webhookAt(hook.url)],
      required: ["isotherm"],
    });
    expect((await post(relay, envelopeOf({ batches: fresh() }))).status).toBe(204);
    await relay.close();
    expect(hook.seen).toHaveLength(1);
    expect(await targetsOf(relay)).toMatchObject({ webhook: { forwarded: 1, waiting: 0 } });
  });

  test.each<["resend" | "drop", number, object]>([
    ["resend", 503, {}],
    ["drop", 204, { dropped: { maybe_lost: 1 } }],
  ])("an answer that got lost, where copies are not recognised, follows %s", async (onUnknown, status, expected) => {
    const there = await backend();
    const ok: Reply = { status: 202, body: "ok" };
    there.reply = (attempt) => (attempt === 2 ? "cut" : ok);
    const relay = await startUpstream(await standIn(), {
      targets: [{ ...plausibleAt(there.url), onUnknown }],
      sites: [siteOf()],
    });
    const custom = { type: "custom", t: 5, name: "Signup" } as const;
    const batch = batchOf({ at: Date.now(), events: [{ type: "page", t: 0 }, custom] });
    const answered = await post(relay, envelopeOf({ batches: [batch] }));
    expect(answered.status).toBe(status);
    expect(await targetsOf(relay)).toMatchObject({ plausible: expected });
    const before = there.seen.length;
    const again = await post(relay, envelopeOf({ batches: [batch] }));
    // The event that Plausible has already is not sent a second time.
    expect([again.status, there.seen.length - before]).toEqual(onUnknown === "resend" ? [204, 1] : [202, 0]);
    expect(await relay.ledger()).toMatchObject({ balanced: true });
    if (onUnknown === "resend") {
      expect(await targetsOf(relay)).toMatchObject({ plausible: { forwarded: 1, maybeDuplicate: 1 } });
    }
  });

  test("events that a target does not want count as left out", async () => {
    const there = await backend();
    const relay = await startUpstream(await standIn(), { targets: [plausibleAt(there.url)], sites: [siteOf()] });
    const batch = batchOf({ at: Date.now(), events: [{ type: "scroll", t: 0, path: [0], max: 1 }] });
    expect((await post(relay, envelopeOf({ batches: [batch] }))).status).toBe(204);
    expect(there.seen).toEqual([]);
    expect(await targetsOf(relay)).toMatchObject({ plausible: { journaled: 1, filtered: 1 } });
  });
});

describe("keys and salts without a journal", () => {
  const salted = async (overrides: Partial<EdgeRelayOptions> = {}) => {
    let now = Date.now();
    const collector = await standIn();
    const relay = await startUpstream(collector, { now: () => now, ...overrides });
    const send = (key?: string): Promise<Response> =>
      post(relay, envelopeOf({ batches: fresh(), ...(key !== undefined && { key }) }));
    return { collector, relay, send, pass: (ms: number) => (now += ms) };
  };

  test("are fetched by the request that needs them, and again when they are old", async () => {
    const { collector, send, pass } = await salted();
    expect(collector.briefings.count).toBe(0);
    expect((await send()).status).toBe(204);
    expect((await send()).status).toBe(204);
    expect(collector.briefings.count).toBe(1);
    pass(61_000);
    expect((await send()).status).toBe(204);
    expect(collector.briefings.count).toBe(2);
    collector.briefing = undefined;
    pass(61_000);
    expect([(await send()).status, (await send()).status]).toEqual([204, 204]);
    expect(collector.briefings.count).toBe(3);
  });

  test("that cannot be had make senders come again, and no key is called unknown", async () => {
    const { collector, send, relay } = await salted();
    const { briefing } = collector;
    collector.briefing = undefined;
    const refused = await send();
    expect([refused.status, await codeOf(refused)]).toEqual([503, "unavailable"]);
    expect(await relay.health()).toMatchObject({ ready: false, briefing: { known: false } });
    collector.briefing = briefing;
    expect((await send()).status).toBe(204);
    const unknown = await send("pk_new");
    expect([unknown.status, await codeOf(unknown)]).toEqual([401, "key_unknown"]);
  });

  test("outlive a start where a snapshot is kept, which is written only when they change", async () => {
    let saved: string | undefined;
    let saves = 0;
    const snapshot: EdgeRelayOptions["snapshot"] = {
      load: async () => JSON.parse(saved ?? "null"),
      async save(briefing) {
        saved = JSON.stringify(briefing);
        saves++;
      },
    };
    const { collector, relay, send } = await salted({ snapshot });
    expect((await send()).status).toBe(204);
    await relay.refresh();
    expect(saves).toBe(1);
    collector.briefing = undefined;
    const later = await startUpstream(collector, { snapshot });
    expect((await post(later, envelopeOf({ batches: fresh() }))).status).toBe(204);
    const unknown = await post(later, envelopeOf({ key: "pk_new", batches: fresh() }));
    expect([unknown.status, await codeOf(unknown)]).toEqual([503, "unavailable"]);
  });

  test("do not hang on a request whose work was cut off with it", async () => {
    const collector = await standIn();
    const begun: string[] = [];
    const relay = await startUpstream(collector, {
      fetch: (url, init) => (begun.push(url) === 1 ? new Promise(() => {}) : fetch(url, init)),
    });
    const lost = post(relay, envelopeOf({ batches: fresh() }));
    await until(
      () => begun.length,
      (count) => count === 1,
    );
    expect((await post(relay, envelopeOf({ batches: fresh() }))).status).toBe(204);
    expect(await Promise.race([lost, "still waiting"])).toBe("still waiting");
  });
});
