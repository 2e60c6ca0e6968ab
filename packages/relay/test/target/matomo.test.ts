import { createRequire } from "node:module";
import type { Event, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type MatomoTargetOptions, matomo, matomoChecks } from "../../src/target/matomo.js";
import { answer } from "../kit/answer.js";
import { backend, type Reply, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { examples, jsonOf, requestsOf, selectAll } from "../kit/requests.js";

const require = createRequire(import.meta.url);
const tokenAuth = "33dc3f2536d3025974cccb4b4d2d98f4";
const optionsOf = (more: Partial<MatomoTargetOptions> = {}): MatomoTargetOptions => ({
  type: "matomo",
  url: "https://matomo.example/matomo.php",
  siteId: 7,
  tokenAuth,
  ...more,
});
const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const batch = (names: readonly string[], visitor = "v"): SealedBatch =>
  sealedBatchOf({ visitor, events: names.map((name, i) => custom(name, i)) });
const { url, referrer } = pageOf();
const { ua, lang } = edgeOf();

interface Bulk {
  readonly token_auth: string;
  readonly requests: readonly string[];
}

const queryOf = (request: string): Record<string, string> => Object.fromEntries(new URLSearchParams(request.slice(1)));
const queriesOf = (body: string): Record<string, string>[] => (JSON.parse(body) as Bulk).requests.map(queryOf);

/** How a Matomo is set up, and what is wrong with it. */
interface Setup {
  readonly transactions?: boolean;
  /** Whose token it is: only a super user's makes it name what was invalid. */
  readonly isSuperUser?: boolean;
  /** It fails at the n-th event that it gets, of all requests. */
  readonly failsAt?: number;
  /** It waits too long for a lock at the n-th. */
  readonly lockedAt?: number;
}

/** A Matomo as its bulk handler is written; events named "bad" are invalid to it. Gives what it has stored. */
function standIn({ transactions = true, isSuperUser = true, failsAt, lockedAt }: Setup = {}) {
  const stored: Record<string, string>[] = [];
  let count = 0;
  const reply = (_: number, { body }: Seen): Reply => {
    const tracked: Record<string, string>[] = [];
    const indices: number[] = [];
    for (const [index, query] of queriesOf(body).entries()) {
      count++;
      if (count === failsAt) {
        if (!transactions) stored.push(...tracked);
        // Its invalid ones are only counted at the end (Handler.php, process).
        return { status: 500, body: { status: "error", tracked: tracked.length, invalid: 0 } };
      }
      if (count === lockedAt) continue;
      if (query.e_a === "bad") indices.push(index);
      else tracked.push(query);
    }
    stored.push(...tracked);
    const named = isSuperUser ? { invalid_indices: indices } : {};
    return { status: 200, body: { status: "success", tracked: tracked.length, invalid: indices.length, ...named } };
  };
  return { reply, stored, names: () => stored.map((query) => query.e_a) };
}

test("sends what Matomo's own package sends in bulk, with the token in the body", async () => {
  const there = await backend();
  there.reply = standIn().reply;
  const MatomoTracker = require("matomo-tracker") as new (
    siteId: number,
    url: string,
  ) => { trackBulk(events: object[], done: (body: string) => void): void };
  const theirs = new MatomoTracker(7, `${there.url}/matomo.php`);
  const said = { url, urlref: referrer, res: "1512x982", action_name: "Pricing" };
  const event = { url, urlref: referrer, res: "1512x982", ca: 1, e_c: "custom", e_a: "play", e_v: 3 };
  await new Promise<void>((done) => theirs.trackBulk([said, event], () => done()));
  const [bulk] = there.seen.splice(0);

  const { append, settled } = await forwarding(matomo(optionsOf({ url: `${there.url}/matomo.php` })));
  await append([
    sealedBatchOf({
      events: [
        { type: "page", t: 0 },
        { type: "custom", t: 0, name: "play", props: { value: 3 } },
      ],
    }),
  ]);
  expect(await settled()).toMatchObject({ forwarded: 1 });
  const [ours] = there.seen;
  const form = (seen: Seen | undefined) => [seen?.method, seen?.path, seen?.headers["content-type"]];
  expect(form(ours)).toEqual(form(bulk));
  const queries = queriesOf(`${ours?.body}`);
  expect(queries).toEqual(queriesOf(`${bulk?.body}`).map((query) => expect.objectContaining(query)));
  expect((JSON.parse(`${ours?.body}`) as Bulk).requests.every((request) => request.startsWith("?"))).toBe(true);
  expect(JSON.parse(`${ours?.body}`)).toMatchObject({ token_auth: tokenAuth });
});

test("says every event by Matomo's parameters, but for who a visitor is, which all of them say", () => {
  const goals = { trial: 2 };
  const dimensions = { plan: 3, tags: 4 };
  const out: Event = {
    type: "click",
    t: 0,
    n: 1,
    x: 1,
    y: 1,
    el: "a",
    ex: 0,
    ey: 0,
    out: "https://elsewhere.example/",
  };
  const { out: _out, ...press } = out;
  const [request] = requestsOf(
    matomo(optionsOf({ events: selectAll, goals, dimensions })),
    [
      sealedBatchOf({
        user: "u1",
        events: [...examples, { type: "goal", t: 0, name: "trial", value: 9 }, out, press],
      }),
    ],
    "203.0.113.7",
  );
  const queries = (jsonOf(request) as Bulk).requests.map(queryOf);
  const ids = new Set(queries.map(({ rand }) => rand));
  expect(ids.size).toBe(queries.length);
  const shared = {
    idsite: "7",
    rec: "1",
    apiv: "1",
    rand: expect.any(String),
    _id: expect.stringMatching(/^[0-9a-f]{16}$/),
    uid: "u1",
    url,
    urlref: referrer,
    res: "1512x982",
    pv_id: expect.stringMatching(/^[0-9a-f]{6}$/),
    cip: "203.0.113.7",
    ua,
    lang,
  };
  const event = (t: number, more: object) => ({
    ...shared,
    cdt: `${Math.floor((fixtureTime + Math.min(t, 1_000)) / 1_000)}`,
    ...more,
  });
  const action = (t: number, category: string, name: string, more: object = {}) =>
    event(t, { ca: "1", e_c: category, e_a: name, ...more });
  const file = "https://shop.example/prices.pdf";
  expect(queries).toEqual([
    event(0, { action_name: "Pricing" }),
    event(820, { ca: "1", url: file, download: file }),
    action(3_320, "dead", "dead"),
    action(120, "move", "move"),
    action(400, "scroll", "scroll"),
    action(5_000, "attention", "attention"),
    action(1_500, "input", "input"),
    action(1_600, "keyboard", "keyboard"),
    action(2_000, "custom", "signup", { dimension3: "pro", dimension4: '["a",null]' }),
    action(2_100, "goal", "purchase", { e_v: "49.9" }),
    action(2_200, "vital", "CLS", { e_n: "good", e_v: "0.013" }),
    action(2_300, "error", "x is not a function", { e_n: "https://shop.example/app.js" }),
    action(2_500, "exposure", "exposure"),
    action(2_600, "snapshot", "snapshot"),
    event(0, { ca: "1", idgoal: "2", revenue: "9" }),
    event(0, { ca: "1", url: "https://elsewhere.example/", link: "https://elsewhere.example/" }),
    action(0, "click", "click", { e_n: "a" }),
  ]);
});

test("keeps visitors apart and the events of each in order, whatever fails in between", async () => {
  const there = await backend();
  const { reply, stored } = standIn();
  there.reply = (attempt, seen) => (attempt % 3 === 1 ? { status: 503 } : reply(attempt, seen));
  const { append, settled } = await forwarding(matomo(optionsOf({ url: there.url, concurrency: 3 })));
  const visitors = ["v", "w", "x", "y", "z"];
  // More than a request holds, so that one can overtake another.
  const names = Array.from({ length: 240 }, (_, i) => `${i}`);
  await append(
    [names.slice(0, 80), names.slice(80, 160), names.slice(160)].flatMap((some) =>
      visitors.map((visitor) => batch(some, visitor)),
    ),
  );
  expect(await settled()).toMatchObject({ forwarded: 15, maybeDuplicate: 0 });
  const ids = new Set(stored.map((query) => query._id));
  expect(ids.size).toBe(visitors.length);
  for (const id of ids) expect(stored.filter((query) => query._id === id).map((query) => query.e_a)).toEqual(names);
});

describe("an error after some of a request", () => {
  test("was taken back with its transaction, and all of it goes again", async () => {
    const there = await backend();
    const { reply, names } = standIn({ failsAt: 3 });
    there.reply = reply;
    const { append, settled } = await forwarding(matomo(optionsOf({ url: there.url })));
    await append([batch(["a", "b", "c", "d"])]);
    expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 0 });
    expect(names()).toEqual(["a", "b", "c", "d"]);
  });

  test("left what came before where Matomo uses none, and only the rest goes again", async () => {
    const there = await backend();
    const { reply, names } = standIn({ failsAt: 3, transactions: false });
    there.reply = reply;
    const { append, settled } = await forwarding(matomo(optionsOf({ url: there.url, transactions: false })));
    await append([batch(["a", "b", "c", "d"])]);
    expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 0 });
    expect(names()).toEqual(["a", "b", "c", "d"]);
    expect(there.seen.map(({ body }) => queriesOf(body).length)).toEqual([4, 2]);
  });
});

describe("invalid events", () => {
  test("that are named go to the dead letters, the others once to Matomo", async () => {
    const there = await backend();
    const { reply, names } = standIn();
    there.reply = reply;
    const { append, settled, letters } = await forwarding(matomo(optionsOf({ url: there.url })));
    await append([batch(["a", "bad", "c"]), batch(["d"])]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 0 });
    expect(letters).toMatchObject([{ code: "event_invalid", event: 1 }]);
    expect(names()).toEqual(["a", "c", "d"]);
  });

  test("that are not named are looked for, at the price of others that count twice and are counted so", async () => {
    const there = await backend();
    const { reply, names } = standIn({ isSuperUser: false });
    there.reply = reply;
    const { append, settled, letters } = await forwarding(matomo(optionsOf({ url: there.url })));
    await append([batch(["a", "bad"]), batch(["c", "d"])]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 2 });
    expect(letters).toMatchObject([{ code: "event_invalid", event: 1 }]);
    expect([...new Set(names())].sort()).toEqual(["a", "c", "d"]);
  });

  test("that are not named are given up with their request, by choice", async () => {
    const there = await backend();
    const { reply, names } = standIn({ isSuperUser: false });
    there.reply = reply;
    const { append, settled } = await forwarding(matomo(optionsOf({ url: there.url, onUnknown: "drop" })));
    await append([batch(["a", "bad"])]);
    expect(await settled()).toMatchObject({ dropped: { maybe_lost: 1 } });
    expect(names()).toEqual(["a"]);
  });
});

test("finds the event that Matomo left out in silence, because it waited too long for a lock", async () => {
  const there = await backend();
  const { reply, names } = standIn({ lockedAt: 2 });
  there.reply = reply;
  const { append, settled } = await forwarding(matomo(optionsOf({ url: there.url })));
  await append([batch(["a", "b"])]);
  expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 1 });
  expect([...new Set(names())].sort()).toEqual(["a", "b"]);
});

test("splits requests at a hundred events and at their bytes, and gives up one that is too large", async () => {
  const there = await backend();
  there.reply = standIn().reply;
  const { append, settled, letters } = await forwarding(matomo(optionsOf({ url: there.url })));
  await append([batch(Array.from({ length: 150 }, (_, i) => `e${i}`))]);
  await append([batch(Array.from({ length: 20 }, () => "x".repeat(90_000)))]);
  await append([batch(["x".repeat(100_000)])]);
  expect(await settled()).toMatchObject({ forwarded: 2, dead: 1 });
  expect(letters).toMatchObject([{ code: "event_too_large" }]);
  const sizes = there.seen.map(({ body }) => [queriesOf(body).length, Buffer.byteLength(body)] as const);
  expect(sizes.reduce((sum, [events]) => sum + events, 0)).toBe(170);
  expect(sizes.every(([events, bytes]) => events <= 100 && bytes <= 1_000_000)).toBe(true);
});

describe("answers", () => {
  const target = matomo(optionsOf());
  const without = matomo(optionsOf({ transactions: false }));
  const [request] = requestsOf(target, [batch(["a", "b", "c"])]);
  if (request === undefined) throw new Error("there is one");
  const [a, b, c] = request.entries;
  const said = (status: string, tracked: number, invalid: number, more: object = {}) => ({
    status,
    tracked,
    invalid,
    ...more,
  });
  test.each([
    ["all tracked", target, answer(200, said("success", 3, 0)), { kind: "ok" }],
    ["nothing tracked", target, answer(200, said("success", 0, 0)), { kind: "stopped" }],
    [
      "one invalid",
      target,
      answer(200, said("success", 2, 1, { invalid_indices: [1] })),
      { kind: "partial", refused: [{ entry: b, code: "event_invalid" }] },
    ],
    [
      "one invalid, of another request",
      target,
      answer(200, said("success", 2, 1, { invalid_indices: [9] })),
      { kind: "refused", partly: true },
    ],
    [
      "one invalid, unnamed",
      target,
      answer(200, said("success", 2, 1)),
      { kind: "refused", code: "not_tracked", partly: true },
    ],
    [
      "one missing",
      target,
      answer(200, said("success", 2, 0, { invalid_indices: [] })),
      { kind: "refused", partly: true },
    ],
    [
      "all invalid",
      target,
      answer(200, said("success", 0, 3)),
      { kind: "partial", refused: [{ entry: a }, { entry: b }, { entry: c }] },
    ],
    ["no count", target, answer(204), { kind: "stopped" }],
    ["a picture", target, answer(200, "GIF89a"), { kind: "stopped" }],
    ["somebody else's JSON", target, answer(200, { status: "ok" }), { kind: "stopped" }],
    ["ill in the middle", target, answer(500, said("error", 1, 0)), { kind: "retry" }],
    [
      "ill in the middle, without transactions",
      without,
      answer(500, said("error", 1, 0)),
      { kind: "partial", refused: [], again: [b, c] },
    ],
    ["ill at once, without transactions", without, answer(500, said("error", 0, 0)), { kind: "retry" }],
    ["ill, behind a proxy", target, answer(504), { kind: "unknown" }],
    ["refused as a whole", target, answer(400, said("error", 0, 0)), { kind: "refused", code: "status_400" }],
    ["refused by something else", target, answer(400, "<html>"), { kind: "stopped" }],
    ["too large", target, answer(413), { kind: "refused", code: "status_413" }],
    ["too many", target, answer(429, "", { "retry-after": "7" }), { kind: "retry", afterMs: 7_000 }],
    ["in maintenance", target, answer(503), { kind: "retry" }],
    ["kept out", target, answer(403), { kind: "stopped" }],
    ["not there", target, answer(404), { kind: "stopped" }],
  ])("%s", (_, of, response, verdict) => {
    expect(of.classify(response, request)).toMatchObject(verdict);
  });
});

test.each([
  ["url", { url: "matomo.example" }],
  ["siteId", { siteId: 0 }],
  ["tokenAuth", { tokenAuth: "short" }],
  ["goals.purchase", { goals: { purchase: 0.5 } }],
  ["dimensions.plan", { dimensions: { plan: -1 } }],
])("refuses to start with a wrong %s, and does not repeat the token", (field, wrong) => {
  const start = (): void => matomoChecks(optionsOf(wrong), optionCheck("targets[0]"));
  expect(start).toThrow(`targets[0].${field}`);
  expect(start).not.toThrow(/33dc3f25|short/);
});
