import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { buildPageView, buildSelfDescribingEvent, buildStructEvent, newTracker } from "@snowplow/node-tracker";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type SnowplowTargetOptions, snowplow, snowplowChecks } from "../../src/target/snowplow.js";
import type { TargetRequest } from "../../src/target/target.js";
import { type Backend, backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";

const optionsOf = (url: string, more: Partial<SnowplowTargetOptions> = {}): SnowplowTargetOptions => ({
  type: "snowplow",
  url,
  ...more,
});

/** A collector: it answers "ok" to everything. */
async function collector(): Promise<Backend> {
  const there = await backend();
  there.reply = () => ({ status: 200, body: "ok" });
  return there;
}

type Payload = Record<string, string>;

const payloadsOf = ({ body }: Seen): readonly Payload[] => JSON.parse(body).data;

const decoded = (text: string | undefined): unknown => JSON.parse(Buffer.from(text ?? "", "base64url").toString());

const signup = "iglu:com.example/signup/jsonschema/1-0-0";
const view = "0193d9d2-7a3c-7000-8000-0123456789ab";
const session = "0193d9d2-7a3c-7000-8000-ba9876543210";
const custom = (name: string, t = 0) => ({ type: "custom", t, name }) as const;

// https://github.com/snowplow/iglu-central, schemas/com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4: no other
// parameters are allowed, all are texts, and tv, p and e are required.
const parameters =
  "tna aid p dtm tz e tid eid tv duid nuid uid vid ip res url page refr fp ctype cookie lang cd ds cs vp pp_mix pp_max pp_miy pp_may se_ca se_ac se_la se_pr se_va ue_na ue_pr ue_px co cx ua tnuid stm sid ttm".split(
    " ",
  );

describe("what the vendor's own tracker sends", () => {
  test("is what a relay sends of the same events", async () => {
    const theirs = await collector();
    const tracker = newTracker(
      { namespace: "isotherm", appId: "shop", encodeBase64: true },
      { endpoint: theirs.url, eventMethod: "post", bufferSize: 3 },
    );
    tracker.setPlatform("web");
    tracker.setTrackerVersion("isotherm-1.0.0");
    tracker.setUserId("u1");
    tracker.setDomainUserId("v1");
    tracker.setSessionId(session);
    tracker.setScreenResolution("1512", "982");
    tracker.setViewport("1280", "720");
    tracker.setTimezone("Europe/Paris");
    tracker.setLang("en-GB");
    tracker.setIpAddress("203.0.113.7");
    tracker.setUseragent(edgeOf().ua ?? "");
    tracker.addPayloadPair("ds", "1280x4200");
    const { url, title = "", referrer = "" } = pageOf();
    const inPage = [{ schema: "iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0", data: { id: view } }];
    tracker.track(buildPageView({ pageUrl: url, pageTitle: title, referrer }), inPage, fixtureTime);
    tracker.addPayloadDict({ url, page: title, refr: referrer });
    const data = { plan: "pro", seats: 3, tags: ["ä", null] };
    tracker.track(buildSelfDescribingEvent({ event: { schema: signup, data } }), inPage, fixtureTime + 10);
    const goal = { category: "goal", action: "purchase", property: "EUR", value: 49.9 };
    tracker.track(buildStructEvent(goal), inPage, fixtureTime + 20);
    await tracker.flush();
    await expect.poll(() => theirs.seen.length).toBe(1);

    const ours = await collector();
    const { append, settled } = await forwarding(snowplow(optionsOf(ours.url, { schemas: { signup } })));
    const events = [
      fixtures.page,
      { type: "custom", t: 10, name: "signup", props: data },
      { ...fixtures.goal, t: 20 },
    ] as const;
    await append(
      [sealedBatchOf({ visitor: "v1", user: "u1", session, page: pageOf({ id: view }), events })],
      "203.0.113.7",
    );
    await settled();

    const [their, our] = [theirs.seen[0], ours.seen[0]] as [Seen, Seen];
    expect(our.method).toBe(their.method);
    expect(our.path).toBe(their.path);
    expect(our.headers["content-type"]).toBe(their.headers["content-type"]);
    expect(JSON.parse(our.body).schema).toBe(JSON.parse(their.body).schema);
    const readable = ({ eid, stm, ue_px, cx, ...rest }: Payload) => ({
      ...rest,
      ids: [/^[\da-f-]{36}$/.test(eid ?? ""), /^\d{13}$/.test(stm ?? "")],
      ue_px: ue_px && decoded(ue_px),
      cx: decoded(cx),
      isBase64Url: /^[\w-]*$/.test(`${ue_px ?? ""}${cx}`),
    });
    expect(payloadsOf(our).map(readable)).toEqual(payloadsOf(their).map(readable));
  });
});

describe("a request", () => {
  test("holds every event type, in texts and in parameters that Snowplow knows", async () => {
    const there = await collector();
    const events = Object.values(fixtures);
    const target = snowplow(optionsOf(there.url, { events: { types: events.map(({ type }) => type) } }));
    const { append, settled } = await forwarding(target);
    await append([sealedBatchOf({ events })]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });
    const payloads = payloadsOf(there.seen[0] as Seen);
    for (const payload of payloads) {
      expect(Object.keys(payload).filter((name) => !parameters.includes(name))).toEqual([]);
      expect(Object.values(payload).every((value) => typeof value === "string")).toBe(true);
      expect(payload).toMatchObject({ tv: "isotherm-1.0.0", p: "web", aid: "shop", url: pageOf().url });
      // Neither is a UUID here, and Enrich would refuse the event for that.
      expect(payload).not.toHaveProperty("sid");
      expect(payload).not.toHaveProperty("cx");
    }
    const said = payloads.map(({ e, se_ca, se_ac, se_pr, se_va }) =>
      [e, se_ca, se_ac, se_va, se_pr?.slice(0, 40)].filter((part) => part !== undefined).join(" "),
    );
    expect(said).toEqual([
      "pv",
      "ue",
      'se dead dead {"of":0}',
      'se move move {"path":[400,1880,50,12,23,50,-3,0]}',
      'se scroll scroll {"path":[0,80,240,120,960],"max":457,"el',
      'se attention attention {"bands":[[12,3200],[13,1800]],"engaged"',
      'se input input {"el":"input#email input|Email|textbox",',
      'se keyboard keyboard {"cat":"editing"}',
      'se custom signup {"plan":"pro","seats":3,"tags":["a",null',
      "se goal purchase 49.9 EUR",
      "se vital CLS 0.013 good",
      'se error error {"message":"x is not a function","source',
      'se identify identify {"tier":"gold"}',
      'se exposure exposure {"experiment":"hero","variant":"b"}',
      'se snapshot snapshot {"ref":"0f8c2a"}',
    ]);
    expect(decoded(payloads[1]?.ue_px)).toMatchObject({
      data: { schema: expect.stringContaining("/link_click/"), data: { targetUrl: fixtures.click.out } },
    });
  });

  test("is anonymous itself, because each event names its own visitor", async () => {
    const there = await collector();
    const { append, settled } = await forwarding(snowplow(optionsOf(there.url)));
    const of = (visitor: string, ua: string) => sealedBatchOf({ visitor, edge: edgeOf({ ua }), events: [custom("a")] });
    await append([of("v", "One"), of("w", "Two")]);
    await settled();
    expect(there.seen).toHaveLength(1);
    expect(there.seen[0]?.headers).toMatchObject({ "sp-anonymous": "*" });
    expect(there.seen[0]?.headers).not.toHaveProperty("user-agent");
    const visitors = payloadsOf(there.seen[0] as Seen).map(({ duid, ua, ip }) => [duid, ua, ip]);
    expect(visitors).toEqual([
      ["v", "One", "203.0.113.0"],
      ["w", "Two", "203.0.113.0"],
    ]);
  });

  test("leaves out properties for which a structured event has no room", async () => {
    const there = await collector();
    const { append, settled } = await forwarding(snowplow(optionsOf(there.url)));
    await append([sealedBatchOf({ events: [{ ...custom("a"), props: { text: "x".repeat(1_000) } }] })]);
    await settled();
    expect(payloadsOf(there.seen[0] as Seen)[0]).toMatchObject({ se_ca: "custom", se_ac: "a" });
    expect(payloadsOf(there.seen[0] as Seen)[0]).not.toHaveProperty("se_pr");
  });

  test("says at each attempt when it was sent, and everything else the same", async () => {
    const there = await collector();
    let now = fixtureTime + 5_000;
    there.reply = (attempt) => {
      now += 60_000;
      return attempt < 3 ? { status: 503 } : { status: 200, body: "ok" };
    };
    const { append, settled } = await forwarding(snowplow(optionsOf(there.url)), () => now);
    await append([sealedBatchOf({ events: [fixtures.page, custom("a", 7)] })]);
    expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 0 });
    const attempts = there.seen.map((seen) => payloadsOf(seen));
    expect(attempts.map((payloads) => payloads.map(({ stm }) => Number(stm) - fixtureTime))).toEqual([
      [5_000, 5_000],
      [65_000, 65_000],
      [125_000, 125_000],
    ]);
    const [first, ...others] = attempts.map((payloads) => payloads.map(({ stm: _stm, ...rest }) => rest));
    for (const other of others) expect(other).toEqual(first);
    expect(first?.map(({ dtm }) => Number(dtm) - fixtureTime)).toEqual([0, 7]);
  });

  test("holds no more than a collector reads; what is too large for its stream is buried, by its number", async () => {
    const there = await collector();
    const { append, settled, letters } = await forwarding(snowplow(optionsOf(there.url, { schemas: { big: signup } })));
    const large = (bytes: number) => ({ ...custom("big"), props: { text: "x".repeat(bytes) } });
    await append([
      ...Array.from({ length: 20 }, () => sealedBatchOf({ events: [large(60_000)] })),
      sealedBatchOf({ events: [custom("a"), large(130_000)] }),
    ]);
    expect(await settled()).toMatchObject({ forwarded: 20, dead: 1 });
    expect(there.seen.length).toBeGreaterThan(1);
    for (const { body } of there.seen) expect(body.length).toBeLessThan(1_048_576);
    expect(there.seen.flatMap((seen) => payloadsOf(seen))).toHaveLength(21);
    expect(letters).toMatchObject([{ code: "event_too_large", event: 1 }]);
  });
});

describe("an answer", () => {
  test.each([
    [200, "ok", { kind: "ok" }],
    [200, "<!doctype html>", { kind: "stopped", reason: "answers 200, but not as a Snowplow collector does" }],
    [200, "", { kind: "stopped" }],
    [204, "", { kind: "stopped", reason: "answers 204, but not as a Snowplow collector does" }],
    [301, "", { kind: "stopped", reason: "answers 301: it redirects to https://elsewhere.example/" }],
    [400, "secret", { kind: "refused", code: "status_400", message: "answers 400" }],
    [400, "<html>", { kind: "stopped" }],
    [401, "", { kind: "stopped" }],
    [404, "", { kind: "stopped", reason: "answers 404" }],
    [413, "", { kind: "refused", code: "status_413" }],
    [429, "", { kind: "retry", afterMs: 7_000 }],
    [500, "", { kind: "retry" }],
    [503, "", { kind: "retry" }],
  ])("%i %j means what it means", (status, body, expected) => {
    const headers: Record<string, string> = {
      ...(status === 429 && { "retry-after": "7" }),
      ...(status === 301 && { location: "https://elsewhere.example/?secret" }),
    };
    const response = { status, header: (name: string) => headers[name], body: new TextEncoder().encode(body) };
    const target = snowplow(optionsOf("https://collector.example"));
    expect(target.classify(response, {} as TargetRequest<never>)).toMatchObject(expected);
  });
});

test("an outage and a lost answer leave every event there, under one id", async () => {
  const there = await collector();
  there.reply = (attempt) => (attempt < 3 ? { status: 502 } : attempt === 3 ? "cut" : { status: 200, body: "ok" });
  const { append, settled } = await forwarding(snowplow(optionsOf(there.url, { path: "/com.example/track" })));
  await append([sealedBatchOf({ events: [custom("a"), custom("b")] })]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 0, maybeDuplicate: 0 });
  const ids = there.seen.map((seen) => payloadsOf(seen).map(({ eid }) => eid));
  expect(ids).toHaveLength(4);
  expect(new Set(ids.map(String)).size).toBe(1);
  expect(new Set(ids[0]).size).toBe(2);
  expect(there.seen[0]?.path).toBe("/com.example/track");
});

test.each([
  [{ url: "collector.example" }, "targets[0].url: write the collector's address"],
  [{ appId: "" }, "targets[0].appId: write the application's id"],
  [{ namespace: "" }, "targets[0].namespace: write the tracker's namespace"],
  [{ path: "" }, "targets[0].path: write the path"],
  [{ schemas: { signup: "signup" } }, "targets[0].schemas.signup: write a schema as iglu:"],
])("%j is refused by name", (more, expected) => {
  const options = optionsOf("https://collector.example", more);
  expect(() => snowplowChecks(options, optionCheck("targets[0]"))).toThrow(expected);
});
