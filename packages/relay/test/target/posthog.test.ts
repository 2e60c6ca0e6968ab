import { fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { PostHog } from "posthog-node";
import { describe, expect, test } from "vitest";
import { type PosthogTargetOptions, posthog } from "../../src/target/posthog.js";
import { answer } from "../kit/answer.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { everyType, everything, jsonOf, requestsOf } from "../kit/requests.js";

interface Message {
  readonly uuid: string;
  readonly event: string;
  readonly distinct_id: string;
  readonly timestamp: string;
  readonly properties: { readonly [name: string]: unknown };
}
interface Body {
  readonly api_key: string;
  readonly batch: readonly Message[];
}

const target = (options: Partial<PosthogTargetOptions> = {}) =>
  posthog({ type: "posthog", url: "http://ph.example/", apiKey: "phc_key", ...options });
const messages = (...args: Parameters<typeof requestsOf>): readonly Message[] =>
  requestsOf(...args).flatMap((request) => jsonOf<Body>(request).batch);

describe("PostHog", () => {
  test("gets what its own SDK sends", async () => {
    const there = await backend();
    there.reply = () => ({ status: 200, body: { status: "Ok" } });
    const client = new PostHog("phc_key", { host: there.url, disableCompression: true });
    const timestamp = new Date("2026-11-21T09:00:02.000Z");
    const properties = { plan: "pro", seats: 3, tags: ["a", null] };
    const uuid = "0193a5b0-7c00-7abc-8def-012345670000";
    client.capture({ distinctId: "u-1", event: "signup", properties, timestamp, uuid });
    client.identify({ distinctId: "u-1", properties: { tier: "gold" } });
    await client.shutdown();
    const { append, settled } = await forwarding(target({ url: there.url }));
    const theirs = there.seen.splice(0);
    await append([everything({ events: [fixtures.custom, fixtures.identify] })]);
    await settled();

    const [ours] = there.seen as [Seen];
    expect({ path: ours.path, type: ours.headers["content-type"] }).toEqual({
      path: theirs[0]?.path,
      type: theirs[0]?.headers["content-type"],
    });
    const [said, identified] = theirs.flatMap(({ body }) => (JSON.parse(body) as Body).batch);
    const { api_key: apiKey, batch } = JSON.parse(ours.body) as Body;
    expect(apiKey).toBe((JSON.parse(theirs[0]?.body ?? "") as Body).api_key);
    expect({ ...batch[0], properties: undefined }).toEqual({ ...said, properties: undefined });
    expect(batch[0]?.properties).toMatchObject(properties);
    expect(batch[1]).toMatchObject({ event: identified?.event, distinct_id: identified?.distinct_id });
    expect(batch[1]?.properties.$set).toEqual(identified?.properties.$set);
    expect(JSON.parse(ours.body)).not.toHaveProperty("sent_at");
  });

  test("gets every event under its own names, with the same ids each time", () => {
    const all = target({ events: { types: everyType } });
    const [first, again] = [messages(all, [everything()]), messages(all, [everything()])];
    expect(again).toEqual(first);
    expect(first.map(({ uuid, event, timestamp }) => [uuid.slice(-4), event, timestamp.slice(14)])).toEqual([
      ["0000", "$pageview", "00:00.000Z"],
      ["0001", "click", "00:00.820Z"],
      ["0002", "dead", "00:03.320Z"],
      ["0003", "move", "00:00.120Z"],
      ["0004", "scroll", "00:00.400Z"],
      ["0005", "attention", "00:05.000Z"],
      ["0006", "input", "00:01.500Z"],
      ["0007", "keyboard", "00:01.600Z"],
      ["0008", "signup", "00:02.000Z"],
      ["0009", "purchase", "00:02.100Z"],
      ["000a", "$web_vitals", "00:02.200Z"],
      ["000b", "$exception", "00:02.300Z"],
      ["000c", "$identify", "00:02.400Z"],
      ["000d", "exposure", "00:02.500Z"],
      ["000e", "snapshot", "00:02.600Z"],
    ]);
    const of = (name: string) => first.find(({ event }) => event === name)?.properties;
    expect(of("purchase")).toMatchObject({ value: 49.9, currency: "EUR" });
    expect(of("$web_vitals")).toMatchObject({ $web_vitals_CLS_value: 0.013 });
    expect(of("$exception")).toMatchObject({
      $exception_list: [{ type: "TypeError", value: "x is not a function", mechanism: { handled: false } }],
      source: "https://shop.example/app.js",
    });
    expect(of("$identify")).toMatchObject({
      $set: { tier: "gold" },
      $anon_distinct_id: "0193a5b0-0000-7000-8000-00000000000a",
    });
  });

  test("hears of the page, the session, the visitor's address and agent", () => {
    expect(messages(target({ sendAddress: true }), [everything()], "203.0.113.7")[0]).toMatchObject({
      distinct_id: "u-1",
      properties: {
        $current_url: "https://shop.example/pricing",
        $host: "shop.example",
        $pathname: "/pricing",
        $referrer: "https://search.example/",
        $referring_domain: "search.example",
        title: "Pricing",
        $session_id: "0193a5b0-7800-7000-8000-00000000000b",
        $ip: "203.0.113.7",
        $raw_user_agent: expect.stringContaining("Chrome/150"),
        $browser_language: "en-GB",
        $process_person_profile: true,
      },
    });
  });

  test("makes no profile of a visitor whom nobody identified, and no place of the relay's own address", () => {
    const { edge } = sealedBatchOf();
    const { ip: _ip, ...rest } = edge;
    const [message] = messages(target(), [sealedBatchOf({ edge: rest, page: pageOf({ url: "nowhere" }) })]);
    expect(message).toMatchObject({
      distinct_id: edge.visitor,
      properties: { $process_person_profile: false, $geoip_disable: true, $pathname: "nowhere" },
    });
    expect(message?.properties).not.toHaveProperty("$ip");
    // PostHog drops sessions whose ids are none of its own form.
    expect(message?.properties).not.toHaveProperty("$session_id");
  });

  test("gets at most a thousand events and four megabytes at once", () => {
    const { custom } = fixtures;
    const many = (count: number, text: string) =>
      everything({ events: Array.from({ length: count }, () => ({ ...custom, props: { text } })) });
    const sizes = (requests: ReturnType<typeof requestsOf>) => requests.map(({ entries }) => entries.length);
    expect(sizes(requestsOf(target(), [many(700, ""), many(700, "")]))).toEqual([1_000, 400]);
    const large = requestsOf(target(), [many(9, "x".repeat(800_000))]);
    expect(sizes(large)).toEqual([4, 4, 1]);
    for (const { body } of large) expect(body.byteLength).toBeLessThan(4_000_100);
  });

  test.each([
    [200, { status: 1 }, "ok"],
    [200, { status: "Ok", quota_limited: [] }, "ok"],
    [200, { status: "Ok", quota_limited: ["recordings"] }, "ok"],
    [200, { status: "Ok", quota_limited: ["events"] }, "stopped"],
    [200, "<!doctype html>", "stopped"],
    [302, "", "stopped"],
    [400, "request holds no event", "refused"],
    [400, "<html>", "stopped"],
    [413, "<html>", "refused"],
    [401, "API key is not valid", "stopped"],
    [403, "", "stopped"],
    [404, "", "stopped"],
    [408, "", "retry"],
    [413, "", "refused"],
    [429, "billing limit reached", "retry"],
    [500, "", "retry"],
    [503, "transient error, please retry", "retry"],
  ])("means by %i %j: %s", (status, body, expected) => {
    const there = target();
    const [request] = requestsOf(there, [everything()]);
    expect(there.classify(answer(status, body), request as never).kind).toBe(expected);
  });

  test("gets everything once it is back, but the event that it refuses", async () => {
    const there = await backend();
    const taken: string[] = [];
    there.reply = (attempt, { body }) => {
      const { batch } = JSON.parse(body) as Body;
      if (attempt < 4) return { status: 503, body: "transient error, please retry" };
      if (batch.some(({ event }) => event === "bad")) return { status: 400, body: "event too big" };
      taken.push(...batch.map(({ event }) => event));
      return { status: 200, body: { status: "Ok" } };
    };
    const { append, settled, letters } = await forwarding(target({ url: there.url }));
    const custom = (name: string) => ({ ...fixtures.custom, name });
    await append([sealedBatchOf({ events: [fixtures.page, custom("bad"), custom("good")] }), sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 0 });
    expect(taken.sort()).toEqual(["$pageview", "$pageview", "good"]);
    expect(letters).toMatchObject([{ target: "posthog", code: "status_400", event: 1 }]);
  });

  test("may have twice what had no answer, which is counted", async () => {
    const there = await backend();
    there.reply = (attempt) => (attempt === 1 ? "cut" : { status: 200, body: { status: "Ok" } });
    const { append, settled } = await forwarding(target({ url: there.url }));
    await append([sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 1 });
    const uuids = there.seen.map(({ body }) => (JSON.parse(body) as Body).batch.map(({ uuid }) => uuid));
    expect(uuids[1]).toEqual(uuids[0]);
  });
});
