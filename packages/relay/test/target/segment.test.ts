import { fixtures, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { jitsuAnalytics } from "@jitsu/js";
import Rudder from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type SegmentFlavour, type SegmentTargetOptions, segment, segmentChecks } from "../../src/target/segment.js";
import { answer } from "../kit/answer.js";
import { type Backend, backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { everyType, everything, itemOf, jsonOf, requestsOf } from "../kit/requests.js";

type Message = { readonly [field: string]: unknown };
interface Body {
  readonly batch: readonly Message[];
}

const target = (options: Partial<SegmentTargetOptions> = {}) =>
  segment({ type: "segment", url: "http://seg.example", writeKey: "id:secret", ...options });
const messages = (...args: Parameters<typeof requestsOf>): readonly Message[] =>
  requestsOf(...args).flatMap((request) => jsonOf<Body>(request).batch);
const said = { plan: "pro", seats: 3, tags: ["a", null] };
const id = "0193a5b0-7c00-7abc-8def-012345670000";
const at = "2026-11-21T09:00:02.000Z";

/** What we send for the custom event and the identification that the SDKs are told as well. */
async function ours(there: Backend, flavour: SegmentFlavour): Promise<Seen> {
  const { append, settled } = await forwarding(target({ url: there.url, flavour }));
  there.seen.length = 0;
  await append([everything({ events: [fixtures.custom, fixtures.identify] })]);
  await settled();
  return there.seen[0] as Seen;
}
const place = ({ method, path, headers }: Seen) => ({ method, path, type: headers["content-type"]?.split(";")[0] });

describe("Segment", () => {
  test("gets what its own SDK sends", async () => {
    const there = await backend();
    const client = new Analytics({ writeKey: "id:secret", host: there.url, flushAt: 2 });
    const who = { userId: "u-1", anonymousId: "0193a5b0-0000-7000-8000-00000000000a" };
    client.track({ ...who, event: "signup", properties: said, timestamp: at, messageId: id });
    client.identify({ ...who, traits: { tier: "gold" } });
    await client.closeAndFlush();
    const theirs = there.seen[0] as Seen;
    const mine = await ours(there, "segment");
    expect(place(mine)).toEqual(place(theirs));
    expect(mine.headers.authorization).toBe(theirs.headers.authorization);
    const [track, identify] = (JSON.parse(theirs.body) as Body).batch;
    const [tracked, identified] = (JSON.parse(mine.body) as Body).batch;
    for (const field of ["type", "event", "userId", "anonymousId", "messageId", "timestamp", "properties"]) {
      expect(tracked?.[field], field).toEqual(track?.[field]);
    }
    for (const field of ["type", "userId", "anonymousId", "traits"]) {
      expect(identified?.[field], field).toEqual(identify?.[field]);
    }
    expect(JSON.parse(mine.body)).not.toHaveProperty("sentAt");
  });

  test("gets as RudderStack what RudderStack's SDK sends", async () => {
    const there = await backend();
    const client = new Rudder("id:secret", { dataPlaneUrl: there.url, flushAt: 1, gzip: false });
    const sent = new Promise((done) => {
      const message = { userId: "u-1", event: "signup", properties: said, messageId: id };
      client.track({ ...message, originalTimestamp: new Date(at) } as never, () => done(undefined));
    });
    await sent;
    const theirs = there.seen[0] as Seen;
    const mine = await ours(there, "rudderstack");
    expect(place(mine)).toEqual(place(theirs));
    expect(mine.headers.authorization).toBe(theirs.headers.authorization);
    const [track] = (JSON.parse(theirs.body) as Body).batch;
    const [tracked] = (JSON.parse(mine.body) as Body).batch;
    for (const field of ["type", "event", "userId", "messageId", "properties"]) {
      expect(tracked?.[field], field).toEqual(track?.[field]);
    }
    expect(tracked?.timestamp).toBe(track?.originalTimestamp);
  });

  test("gets as Jitsu what Jitsu's SDK sends one by one", async () => {
    const there = await backend();
    there.reply = (_, { path }) => ({ status: 200, body: path.endsWith("batch") ? { ok: true } : {} });
    const client = jitsuAnalytics({ host: there.url, writeKey: "id:secret", s2s: true });
    await client.track("signup", said);
    const theirs = there.seen[0] as Seen;
    const mine = await ours(there, "jitsu");
    expect(place(mine)).toEqual({ ...place(theirs), path: "/api/s/s2s/batch" });
    expect(theirs.path).toBe("/api/s/s2s/track");
    expect(mine.headers["x-write-key"]).toBe(theirs.headers["x-write-key"]);
    const track = JSON.parse(theirs.body) as Message;
    const [tracked] = (JSON.parse(mine.body) as Body).batch;
    for (const field of ["type", "event", "properties"]) expect(tracked?.[field], field).toEqual(track[field]);
    for (const field of ["timestamp", "messageId", "anonymousId"]) {
      expect(typeof tracked?.[field], field).toBe("string");
      expect([field, tracked?.[field]]).not.toEqual([field, ""]);
    }
    expect(tracked?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("gets every event as the spec has it, with the same ids each time", () => {
    const all = target({ events: { types: everyType, rename: { page: "Seen" } } });
    const [first, again] = [messages(all, [everything()]), messages(all, [everything()])];
    expect(again).toEqual(first);
    expect(first.map(({ type, event, name }) => [type, event ?? name])).toEqual([
      ["page", "Seen"],
      ...["click", "dead", "move", "scroll", "attention", "input", "keyboard"].map((name) => ["track", name]),
      ["track", "signup"],
      ["track", "purchase"],
      ["track", "vital"],
      ["track", "error"],
      ["identify", undefined],
      ["track", "exposure"],
      ["track", "snapshot"],
    ]);
    expect(new Set(first.map(({ messageId }) => messageId)).size).toBe(first.length);
    expect(first[9]).toMatchObject({ properties: { revenue: 49.9, currency: "EUR" } });
    expect(first[0]).toMatchObject({
      properties: { url: "https://shop.example/pricing", path: "/pricing", search: "", title: "Pricing" },
    });
  });

  test("hears of the visitor's address, agent, language, screen and zone", () => {
    const [message] = messages(target({ sendAddress: true }), [everything()], "203.0.113.7");
    expect(message).toMatchObject({
      userId: "u-1",
      anonymousId: "0193a5b0-0000-7000-8000-00000000000a",
      context: {
        ip: "203.0.113.7",
        userAgent: expect.stringContaining("Chrome/150"),
        locale: "en-GB",
        timezone: "Europe/Paris",
        screen: { width: 1_512, height: 982, density: 2 },
        page: { url: "https://shop.example/pricing", referrer: "https://search.example/" },
      },
    });
  });

  test.each([
    ["segment", [16, 16, 8], 1],
    ["rudderstack", [40], 1],
    ["jitsu", [41], 0],
  ] as const)("gets as %s as much at once as that takes", (flavour, sizes, refused) => {
    const there = target({ flavour });
    const of = (count: number, bytes: number) =>
      everything({
        events: Array.from({ length: count }, () => ({ ...fixtures.custom, props: { x: "x".repeat(bytes) } })),
      });
    const batches = [of(40, 29_000), of(1, 40_000)];
    expect(requestsOf(there, batches).map(({ entries }) => entries.length)).toEqual(sizes);
    const entries = batches.flatMap((batch) => there.entries(itemOf(batch)));
    expect(entries.filter(({ refusal }) => refusal?.code === "event_too_large")).toHaveLength(refused);
    expect(requestsOf(there, [of(1_001, 1)]).length).toBeGreaterThan(1);
  });

  test.each([
    ["segment", 200, { success: true }, "ok"],
    ["segment", 400, "", "refused"],
    ["segment", 200, "<!doctype html>", "stopped"],
    ["segment", 400, "<html>", "stopped"],
    ["segment", 401, "", "stopped"],
    ["segment", 429, "", "retry"],
    ["segment", 500, "", "retry"],
    ["rudderstack", 200, "OK", "ok"],
    ["rudderstack", 400, "Invalid JSON", "refused"],
    ["rudderstack", 400, "<html>", "stopped"],
    ["rudderstack", 401, "Invalid Write Key", "stopped"],
    ["rudderstack", 404, "Source is disabled", "stopped"],
    ["rudderstack", 413, "Request size exceeds max limit", "refused"],
    ["rudderstack", 429, "Max Requests Limit reached", "retry"],
    ["rudderstack", 503, "", "retry"],
    ["rudderstack", 504, "", "retry"],
    ["jitsu", 200, { ok: true, receivedEvents: 2, okEvents: 2 }, "ok"],
    ["jitsu", 200, "<!doctype html>", "stopped"],
    ["jitsu", 200, { ok: false, okEvents: 1, receivedEvents: 2, errors: [`Message ID: ${id}: bad`] }, "partial"],
    ["jitsu", 200, { ok: false, okEvents: 1, receivedEvents: 2, errors: ["Message ID: another: bad"] }, "refused"],
    [
      "jitsu",
      200,
      { ok: false, okEvents: 0, receivedEvents: 2, errors: [`Message ID: ${id}: no destinations found for stream: s`] },
      "stopped",
    ],
    [
      "jitsu",
      200,
      {
        ok: false,
        okEvents: 0,
        errors: [id, id.replace(/.$/, "1")].map(
          (name) => `Message ID: ${name}: quota exceeded: billing quota exceeded`,
        ),
      },
      "stopped",
    ],
    ["jitsu", 400, { error: "error parsing message" }, "refused"],
    ["jitsu", 400, "<html>", "stopped"],
    ["jitsu", 401, { error: "stream not found" }, "stopped"],
    ["jitsu", 500, { error: "panic" }, "retry"],
  ] as const)("means as %s by %i %j: %s", (flavour, status, body, expected) => {
    const there = target({ flavour });
    const [request] = requestsOf(there, [everything({ events: [fixtures.custom, fixtures.goal] })]);
    expect(there.classify(answer(status, body), request as never).kind).toBe(expected);
  });

  test("waits as long as it is asked to", () => {
    const there = target();
    const [request] = requestsOf(there, [everything()]);
    const verdict = there.classify(answer(429, "", { "retry-after": "7" }), request as never);
    expect(verdict).toMatchObject({ kind: "retry", afterMs: 7_000 });
  });

  test("sends to Jitsu again what was over the quota, and keeps what it refuses as a letter", async () => {
    const there = await backend();
    const taken: unknown[] = [];
    there.reply = (attempt, { body }) => {
      const { batch } = JSON.parse(body) as Body;
      if (attempt < 4) return { status: 503 };
      const errors = batch.flatMap(({ event, messageId }) => {
        if (event === "bad") return [`Message ID: ${messageId}: event error: Invalid track event name`];
        return event === "much" && attempt === 4
          ? [`Message ID: ${messageId}: quota exceeded: billing quota exceeded`]
          : [];
      });
      const fine = batch.filter(({ messageId }) => !errors.some((error) => error.includes(`${messageId}`)));
      taken.push(...fine.map(({ event }) => event));
      return { status: 200, body: { ok: errors.length === 0, errors, okEvents: fine.length } };
    };
    const { append, settled, letters } = await forwarding(target({ url: there.url, flavour: "jitsu" }));
    const custom = (name: string) => ({ ...fixtures.custom, name });
    await append([sealedBatchOf({ events: [custom("good"), custom("bad"), custom("much")] })]);
    expect(await settled()).toMatchObject({ dead: 1, forwarded: 0 });
    expect(taken).toEqual(["good", "much"]);
    expect(letters).toMatchObject([{ target: "segment", code: "event_refused", event: 1 }]);
  });

  test("names what is missing, and no key", () => {
    const check = (options: object) => () =>
      segmentChecks(
        { type: "segment", writeKey: "secret", ...options } as SegmentTargetOptions,
        optionCheck("targets[0]"),
      );
    expect(check({})).not.toThrow();
    expect(check({ writeKey: "" })).toThrow("targets[0].writeKey: write the source's write key");
    expect(check({ flavour: "jitsu" })).toThrow("targets[0].url: write the address of the data plane");
    expect(check({ flavour: "jitsu", url: "https://j.example", writeKey: "a\nb" })).toThrow("writeKey: may hold no");
    expect(check({ flavour: "snow" })).toThrow('targets[0].flavour: must be "segment" or "rudderstack" or "jitsu"');
    expect(check({ flavour: "snow" })).not.toThrow("secret");
  });
});
