import type { Event, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { OpenPanel } from "@openpanel/sdk";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type OpenpanelTargetOptions, openpanel, openpanelChecks } from "../../src/target/openpanel.js";
import { answer } from "../kit/answer.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { examples, jsonOf, requestsOf, selectAll } from "../kit/requests.js";

const client = { clientId: "0f8c2a1d-0b1a-4c5d-8e9f-0123456789ab", clientSecret: "sec_s3cr3t" };
const optionsOf = (more: Partial<OpenpanelTargetOptions> = {}): OpenpanelTargetOptions => ({
  type: "openpanel",
  ...client,
  ...more,
});
const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const batch = (names: readonly string[], more: Partial<SealedBatch> = {}): SealedBatch =>
  sealedBatchOf({ events: names.map((name, i) => custom(name, i)), ...more });
const { url, referrer, title } = pageOf();
const stored = { status: 200, body: { deviceId: "d", sessionId: "s" } };

interface Message {
  readonly type: string;
  readonly payload: { readonly name?: string; readonly properties: { readonly [name: string]: unknown } };
}

const nameOf = ({ body }: Seen): string | undefined => (JSON.parse(body) as Message).payload.name;

test("sends what OpenPanel's own package sends, and the event's time as it sends that of one that waited", async () => {
  const there = await backend();
  there.reply = () => stored;
  const theirs = new OpenPanel({ apiUrl: there.url, ...client, disabled: true });
  const said = { __path: url, __title: title, __referrer: referrer, plan: "pro" };
  const tracked = theirs.track("signup", { ...said, profileId: "u1" });
  theirs.ready();
  await tracked;
  await expect.poll(() => there.seen.length).toBe(1);
  await theirs.identify({ profileId: "u1", firstName: "Ada", properties: { tier: "gold" } });
  const [track, identify] = there.seen.splice(0);

  const { append, settled } = await forwarding(openpanel(optionsOf({ url: there.url })));
  const events: Event[] = [
    { type: "custom", t: 0, name: "signup", props: { plan: "pro" } },
    { type: "identify", t: 0, traits: { firstName: "Ada", tier: "gold" } },
  ];
  await append([sealedBatchOf({ user: "u1", events })]);
  expect(await settled()).toMatchObject({ forwarded: 1 });

  const form = ({ method, path, headers }: Seen) => ({
    method,
    path,
    type: headers["content-type"],
    id: headers["openpanel-client-id"],
    secret: headers["openpanel-client-secret"],
  });
  expect(there.seen.map(form)).toEqual([track, identify].map((seen) => form(seen as Seen)));
  const bodies = there.seen.map(({ body }) => JSON.parse(body) as Message);
  const ours = bodies[0] as Message;
  const { __timestamp: time, ...rest } = (JSON.parse(`${track?.body}`) as Message).payload.properties;
  expect(`${time}`).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
  expect(ours).toEqual({
    ...JSON.parse(`${track?.body}`),
    payload: {
      ...JSON.parse(`${track?.body}`).payload,
      properties: { ...rest, __timestamp: new Date(fixtureTime).toISOString(), event_id: expect.any(String) },
    },
  });
  expect(bodies[1]).toEqual(JSON.parse(`${identify?.body}`));
});

test("has a word for every event, and none for the traits of a visitor without a name", () => {
  const target = openpanel(optionsOf({ events: selectAll }));
  const [anonymous, named] = [{}, { user: "u1" }].map((user) =>
    requestsOf(target, [sealedBatchOf({ ...user, events: examples })]).map((request) => jsonOf(request) as Message),
  );
  expect(anonymous?.filter(({ type }) => type === "identify")).toEqual([]);
  const track = (t: number, name: string, said: object = {}) => ({
    type: "track",
    payload: {
      name,
      profileId: "u1",
      properties: {
        ...said,
        __path: url,
        __title: title,
        __referrer: referrer,
        __timestamp: new Date(fixtureTime + Math.min(t, 1_000)).toISOString(),
        event_id: expect.any(String),
      },
    },
  });
  const of = <T extends keyof typeof fixtures>(type: T) => {
    const { type: _type, t: _t, ...data } = fixtures[type];
    return track(fixtures[type].t, type, data);
  };
  expect(named).toEqual([
    track(0, "screen_view"),
    of("click"),
    of("dead"),
    of("move"),
    of("scroll"),
    of("attention"),
    of("input"),
    of("keyboard"),
    track(2_000, "signup", fixtures.custom.props),
    track(2_100, "purchase", { value: 49.9, currency: "EUR" }),
    of("vital"),
    of("error"),
    { type: "identify", payload: { profileId: "u1", properties: { tier: "gold" } } },
    of("exposure"),
    of("snapshot"),
  ]);
  const ids = named?.flatMap(({ payload }) => payload.properties.event_id ?? []);
  expect(new Set(ids).size).toBe(examples.length - 1);
});

test("goes with the address and agent of each visitor, in order, through an outage, once", async () => {
  const there = await backend();
  there.reply = (attempt) => {
    if (attempt <= 4 || attempt % 3 === 0) return { status: 503 };
    return attempt === 5 ? { status: 429, headers: { "retry-after": "0" } } : stored;
  };
  const { append, settled } = await forwarding(openpanel(optionsOf({ url: there.url })));
  const of = (visitor: string, ua: string) =>
    batch(
      ["0", "1", "2"].map((n) => visitor + n),
      { visitor, edge: edgeOf({ ua }) },
    );
  await append([of("v", "Agent V")], "203.0.113.7");
  await append([of("w", "Agent W\u2019s")], "2001:db8::7");
  expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 0 });
  const taken = there.seen.filter((_, index) => index + 1 > 5 && (index + 1) % 3 !== 0);
  for (const [visitor, agent, address] of [
    ["v", "Agent V", "203.0.113.7"],
    ["w", "Agent Ws", "2001:db8::7"],
  ]) {
    const theirs = taken.filter(({ headers }) => headers["user-agent"] === agent);
    expect(theirs.map(nameOf)).toEqual([`${visitor}0`, `${visitor}1`, `${visitor}2`]);
    expect(theirs.map(({ headers }) => headers["openpanel-client-ip"])).toEqual(Array(3).fill(address));
  }
});

test("sends the same words again where an answer was lost, and takes their repetition for stored", async () => {
  const there = await backend();
  there.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200, body: "Duplicate event" });
  const { append, settled } = await forwarding(openpanel(optionsOf({ url: there.url })));
  await append([batch(["a"])]);
  expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 1 });
  const [first, second] = there.seen;
  expect(second?.body).toBe(first?.body);
});

test("keeps the one event that OpenPanel refuses", async () => {
  const there = await backend();
  there.reply = (_, seen) => (nameOf(seen) === "b" ? { status: 202, body: "OK" } : stored);
  const { append, settled, letters } = await forwarding(openpanel(optionsOf({ url: there.url })));
  await append([batch(["a", "b", "c"])]);
  expect(await settled()).toMatchObject({ dead: 1 });
  expect(letters).toMatchObject([{ code: "bot", event: 1 }]);
  expect(there.seen.map(nameOf)).toEqual(["a", "b", "c"]);
});

describe("answers", () => {
  const target = openpanel(optionsOf());
  const [request] = requestsOf(target, [batch(["a"])]);
  if (request === undefined) throw new Error("there is one");
  const filter = "Ingestion: IP address is blocked by project filter";
  test.each([
    ["stored", answer(200, stored.body), { kind: "ok" }],
    ["stored, by one that says nothing", answer(200), { kind: "ok" }],
    ["known already", answer(200, "Duplicate event"), { kind: "ok" }],
    ["somebody else's 200", answer(200, "<html>"), { kind: "stopped" }],
    ["somebody else's JSON", answer(200, { ok: true }), { kind: "stopped" }],
    ["a bot's", answer(202, "OK"), { kind: "refused", code: "bot" }],
    ["a blocked organisation's", answer(202, { blocked: true }), { kind: "stopped" }],
    ["filtered", answer(401, filter), { kind: "refused", code: "filtered" }],
    ["of a wrong secret", answer(401, "Ingestion: Invalid cors or secret"), { kind: "stopped", reason: "answers 401" }],
    ["invalid", answer(400, { error: "Bad Request" }), { kind: "refused", code: "status_400" }],
    ["refused by something else", answer(400, "<html>"), { kind: "stopped" }],
    ["too large", answer(413, { error: "Payload Too Large" }), { kind: "refused", code: "status_413" }],
    ["too large for something else", answer(413), { kind: "stopped" }],
    ["too many", answer(429, "", { "retry-after": "7" }), { kind: "retry", afterMs: 7_000 }],
    ["ill", answer(500, "Internal server error"), { kind: "retry" }],
    ["ill, behind a proxy", answer(502), { kind: "unknown" }],
    ["not there", answer(404), { kind: "stopped" }],
    ["elsewhere", answer(301, "", { location: "/track" }), { kind: "stopped" }],
  ])("%s", (_, response, verdict) => {
    expect(target.classify(response, request)).toMatchObject(verdict);
  });
});

test.each([
  ["url", { url: "openpanel" }],
  ["clientId", { clientId: "x" }],
  ["clientSecret", { clientSecret: "" }],
  ["clientSecret", { clientSecret: "s3cr3t\u20ac" }],
])("refuses to start with a wrong %s, and does not repeat the secret", (field, wrong) => {
  const start = (): void => openpanelChecks(optionsOf(wrong), optionCheck("targets[0]"));
  expect(start).toThrow(`targets[0].${field}`);
  expect(start).not.toThrow("s3cr3t");
});
