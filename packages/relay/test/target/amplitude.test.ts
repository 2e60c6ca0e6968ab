import { createInstance, Identify } from "@amplitude/analytics-node";
import { fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type AmplitudeTargetOptions, amplitude, amplitudeChecks } from "../../src/target/amplitude.js";
import { answer } from "../kit/answer.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { everyType, everything, jsonOf, requestsOf } from "../kit/requests.js";

type Message = { readonly [field: string]: unknown };
interface Body {
  readonly api_key: string;
  readonly events: readonly Message[];
  readonly options?: object;
}

const target = (options: Partial<AmplitudeTargetOptions> = {}) =>
  amplitude({ type: "amplitude", url: "http://amp.example", apiKey: "key", ...options });
const messages = (...args: Parameters<typeof requestsOf>): readonly Message[] =>
  requestsOf(...args).flatMap((request) => jsonOf<Body>(request).events);
const ingested = (count: number) => ({
  code: 200,
  events_ingested: count,
  payload_size_bytes: 1,
  server_upload_time: 1,
});
const custom = (name: string) => ({ ...fixtures.custom, name });

describe("Amplitude", () => {
  test("gets what its own SDK sends", async () => {
    const there = await backend();
    there.reply = (_, { body }) => ({ status: 200, body: ingested((JSON.parse(body) as Body).events.length) });
    const client = createInstance();
    await client.init("key", { serverUrl: `${there.url}/2/httpapi`, flushIntervalMillis: 5, minIdLength: 1 }).promise;
    const properties = { plan: "pro", seats: 3, tags: ["a", null] };
    const who = { user_id: "u-1", device_id: "0193a5b0-0000-7000-8000-00000000000a", time: fixtureTime + 2_000 };
    client.track("signup", properties, { ...who, insert_id: "0193a5b0-7c00-7abc-8def-012345670000" });
    client.identify(new Identify().set("tier", "gold"), who);
    await client.flush().promise;
    const theirs = there.seen.splice(0);
    const { append, settled } = await forwarding(target({ url: there.url }));
    await append([everything({ events: [fixtures.custom, fixtures.identify] })]);
    await settled();

    const ours = there.seen[0] as Seen;
    const first = theirs[0] as Seen;
    expect([ours.method, ours.path, ours.headers["content-type"]]).toEqual([
      first.method,
      first.path,
      first.headers["content-type"],
    ]);
    const said = theirs.flatMap(({ body }) => (JSON.parse(body) as Body).events);
    const { api_key: apiKey, events, options } = JSON.parse(ours.body) as Body;
    expect({ apiKey, options }).toEqual({
      apiKey: (JSON.parse(first.body) as Body).api_key,
      options: (JSON.parse(first.body) as Body).options,
    });
    const [track, identify] = ["signup", "$identify"].map((name) => said.find(({ event_type: type }) => type === name));
    for (const field of ["event_type", "user_id", "device_id", "time", "insert_id"]) {
      expect(events[0]?.[field], field).toEqual(track?.[field]);
    }
    expect(events[0]?.event_properties).toMatchObject(properties);
    for (const field of ["event_type", "user_id", "device_id", "user_properties"]) {
      expect(events[1]?.[field], field).toEqual(identify?.[field]);
    }
  });

  test("gets every event under its own names, with the same ids each time", () => {
    const all = target({ events: { types: everyType } });
    const [first, again] = [messages(all, [everything()]), messages(all, [everything()])];
    expect(again).toEqual(first);
    expect(first.map(({ event_type: type }) => type)).toEqual([
      "[Amplitude] Page Viewed",
      ...["click", "dead", "move", "scroll", "attention", "input", "keyboard"],
      ...["signup", "purchase", "vital", "error", "$identify", "exposure", "snapshot"],
    ]);
    expect(new Set(first.map(({ insert_id: id }) => id)).size).toBe(first.length);
    expect(first[9]).toMatchObject({ revenue: 49.9, currency: "EUR", time: fixtureTime + 2_100 });
    expect(first[0]).toMatchObject({
      event_properties: {
        "[Amplitude] Page Location": "https://shop.example/pricing",
        "[Amplitude] Page Path": "/pricing",
        "[Amplitude] Page Title": "Pricing",
      },
    });
  });

  test("hears of the visitor's address, agent, language and session", () => {
    const [message] = messages(target({ sendAddress: true }), [everything()], "203.0.113.7");
    expect(message).toMatchObject({
      user_id: "u-1",
      device_id: "0193a5b0-0000-7000-8000-00000000000a",
      ip: "203.0.113.7",
      user_agent: expect.stringContaining("Chrome/150"),
      language: "en-GB",
      session_id: 0x0193a5b07800,
    });
    const [anonymous] = messages(target(), [sealedBatchOf()]);
    expect(anonymous).toMatchObject({ device_id: sealedBatchOf().edge.visitor });
    expect(anonymous).not.toHaveProperty("user_id");
    expect(anonymous).not.toHaveProperty("session_id");
  });

  test("takes ids of any length, unless it is told otherwise, and texts of 1,024 characters", () => {
    const [request] = requestsOf(target({ minIdLength: 5 }), [everything({ user: "7" })]);
    expect(jsonOf<Body>(request)).toMatchObject({
      options: { min_id_length: 5 },
      events: [{ user_id: "7" }, {}, {}, {}],
    });
    const long = { ...fixtures.custom, props: { deep: ["x".repeat(2_000)] } };
    const [message] = messages(target(), [everything({ events: [long] })]);
    expect(message?.event_properties).toMatchObject({ deep: ["x".repeat(1_024)] });
  });

  test("gets less than 2,000 events and 1 MB at once", () => {
    const of = (count: number, names: number) =>
      everything({
        events: Array.from({ length: count }, () => ({
          ...fixtures.custom,
          props: Object.fromEntries(Array.from({ length: names }, (_, i) => [`p${i}`, "x".repeat(1_000)])),
        })),
      });
    const requests = requestsOf(target(), [of(2_500, 0), of(10, 200)]);
    for (const { body, entries } of requests) {
      expect(entries.length).toBeLessThan(2_000);
      expect(body.byteLength).toBeLessThan(1_000_000);
    }
    expect(requests.reduce((sum, { entries: { length } }) => sum + length, 0)).toBe(2_510);
  });

  test.each([
    [200, ingested(2), "ok"],
    [200, "<!doctype html>", "stopped"],
    [301, "", "stopped"],
    [400, { code: 400, error: "Invalid API key: key" }, "stopped"],
    [400, { code: 400, error: "Request missing required field", missing_field: "api_key" }, "stopped"],
    [400, { code: 400, error: "Invalid JSON request body" }, "refused"],
    [400, "<html>", "stopped"],
    [400, "", "stopped"],
    [400, { code: 400, error: "x", events_with_invalid_fields: { time: [1] } }, "partial"],
    [400, { code: 400, error: "x", events_with_missing_fields: { event_type: [0] } }, "partial"],
    [400, { code: 400, error: "x", events_with_invalid_id_lengths: { user_id: [0, 1] } }, "partial"],
    [400, { code: 400, error: "x", silenced_events: [0] }, "partial"],
    [403, "", "stopped"],
    [413, { code: 413, error: "Payload too large" }, "refused"],
    [429, { code: 429, error: "Too many requests for some devices and users", throttled_events: [0] }, "retry"],
    [500, "", "retry"],
    [503, "", "retry"],
  ])("means by %i %j: %s", (status, body, expected) => {
    const there = target();
    const [request] = requestsOf(there, [everything({ events: [fixtures.custom, fixtures.goal] })]);
    expect(there.classify(answer(status, body), request as never).kind).toBe(expected);
  });

  test("repeats no key that it is answered with", () => {
    const [request] = requestsOf(target(), [everything()]);
    const verdict = target().classify(answer(400, { error: "Invalid API key: secret" }), request as never);
    expect(JSON.stringify(verdict)).not.toContain("secret");
  });

  test("gets the rest of a request that it refused, and everything once it is back", async () => {
    const there = await backend();
    const taken: unknown[] = [];
    there.reply = (attempt, { body }) => {
      const { events } = JSON.parse(body) as Body;
      if (attempt < 4) return { status: 503 };
      if (attempt === 4) return "cut";
      const bad = events.flatMap(({ event_type: type }, index) => (type === "bad" ? [index] : []));
      if (bad.length > 0) return { status: 400, body: { code: 400, events_with_invalid_fields: { time: bad } } };
      taken.push(...events.map(({ event_type: type }) => type));
      return { status: 200, body: ingested(events.length) };
    };
    const { append, settled, letters } = await forwarding(target({ url: there.url }));
    await append([sealedBatchOf({ events: [custom("a"), custom("bad"), custom("b")] }), sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 0 });
    expect(taken.sort()).toEqual(["[Amplitude] Page Viewed", "a", "b"]);
    expect(letters).toMatchObject([{ target: "amplitude", code: "event_refused", event: 1 }]);
    expect(there.seen.length).toBeLessThan(9);
  });

  test("names what is missing", () => {
    const check = (options: object) => () =>
      amplitudeChecks({ type: "amplitude", ...options } as AmplitudeTargetOptions, optionCheck("targets[0]"));
    expect(check({ apiKey: "k" })).not.toThrow();
    expect(check({})).toThrow("targets[0].apiKey: write the project's API key");
    expect(check({ apiKey: "k", url: "amp" })).toThrow("targets[0].url");
    expect(check({ apiKey: "k", minIdLength: 0 })).toThrow("targets[0].minIdLength");
  });
});
