import { fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import Mixpanel from "mixpanel";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type MixpanelTargetOptions, mixpanel, mixpanelChecks } from "../../src/target/mixpanel.js";
import { answer } from "../kit/answer.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { everyType, everything, itemOf, jsonOf, requestsOf } from "../kit/requests.js";

interface Message {
  readonly event: string;
  readonly properties: { readonly [name: string]: unknown };
}

const target = (options: Partial<MixpanelTargetOptions> = {}) =>
  mixpanel({ type: "mixpanel", url: "http://mp.example", token: "token", ...options });
const messages = (...args: Parameters<typeof requestsOf>): readonly Message[] =>
  requestsOf(...args).flatMap((request) => jsonOf<readonly Message[]>(request));
const imported = (count: number) => ({ status: 200, body: { code: 200, num_records_imported: count, status: "OK" } });
const failed = (indexes: readonly number[], count: number) => ({
  code: 400,
  error: "some data points in the request failed validation",
  failed_records: indexes.map((index) => ({ index, field: "properties.time", message: "is invalid" })),
  num_records_imported: count,
  status: "Bad Request",
});

describe("Mixpanel", () => {
  test("gets what its own SDK imports", async () => {
    const there = await backend();
    const { hostname: host, port } = new URL(there.url);
    const client = Mixpanel.init("token", { host, port: Number(port), protocol: "http", key: "key" } as never);
    const properties = { plan: "pro", seats: 3, tags: ["a", null] };
    const ids = { distinct_id: "u-1", $insert_id: "0193a5b0-7c00-7abc-8def-012345670000" };
    const sent = { event: "signup", properties: { ...properties, ...ids, time: fixtureTime + 2_000 } };
    await new Promise((done) => client.import_batch([sent] as never, {}, done));
    const theirs = there.seen.splice(0)[0] as Seen;
    there.reply = () => imported(1);
    const { append, settled } = await forwarding(target({ url: there.url }));
    await append([everything({ events: [fixtures.custom] })]);
    await settled();

    const ours = there.seen[0] as Seen;
    expect([ours.method, ours.path]).toEqual([theirs.method, "/import?strict=1"]);
    expect(theirs.path).toMatch(/^\/import\?/);
    const [message] = JSON.parse(ours.body) as Message[];
    // It still writes a form; the page of the API has JSON, and the token as the user's name.
    const data = new URLSearchParams(theirs.body).get("data") ?? "";
    const [imports] = JSON.parse(Buffer.from(data, "base64").toString()) as Message[];
    const { token: _token, ...said } = imports?.properties ?? {};
    expect(message?.event).toBe(imports?.event);
    expect(message?.properties).toMatchObject(said);
    expect(ours.headers).toMatchObject({
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("token:").toString("base64")}`,
    });
  });

  test("is told of a service account and its project", () => {
    const serviceAccount = { username: "me", secret: "sëcret", projectId: "12 3" };
    const { token: _token, ...options } = { type: "mixpanel" as const, serviceAccount, token: "" };
    const [request] = requestsOf(mixpanel(options), [everything()]);
    expect(request).toMatchObject({
      url: "https://api.mixpanel.com/import?strict=1&project_id=12%203",
      headers: { authorization: `Basic ${Buffer.from("me:sëcret").toString("base64")}` },
    });
  });

  test("gets every event with what it requires of one, the same each time", () => {
    const all = target({ events: { types: everyType } });
    const [first, again] = [messages(all, [everything()]), messages(all, [everything()])];
    expect(again).toEqual(first);
    expect(first.map(({ event }) => event)).toEqual([
      "$mp_web_page_view",
      ...["click", "dead", "move", "scroll", "attention", "input", "keyboard"],
      ...["signup", "purchase", "vital", "error", "identify", "exposure", "snapshot"],
    ]);
    for (const [index, { properties }] of first.entries()) {
      // https://github.com/mixpanel/docs, openapi/src/ingestion.openapi.yaml
      expect(properties).toMatchObject({ distinct_id: "u-1", time: expect.any(Number) });
      expect(properties.$insert_id).toMatch(new RegExp(`^[0-9a-f-]{32}000${index.toString(16)}$`));
      expect(Number.isInteger(properties.time)).toBe(true);
    }
    expect(first[9]?.properties).toMatchObject({ value: 49.9, currency: "EUR", time: fixtureTime + 2_100 });
    expect(first[12]?.properties).toMatchObject({ tier: "gold", $user_id: "u-1" });
  });

  test("hears of the page, the visitor's address and agent, and whose device it is", () => {
    expect(messages(target({ sendAddress: true }), [everything()], "203.0.113.7")[0]?.properties).toMatchObject({
      $current_url: "https://shop.example/pricing",
      current_domain: "shop.example",
      current_page_title: "Pricing",
      $referring_domain: "search.example",
      ip: "203.0.113.7",
      user_agent: expect.stringContaining("Chrome/150"),
      $device_id: "0193a5b0-0000-7000-8000-00000000000a",
      $user_id: "u-1",
    });
    const [anonymous] = messages(target(), [sealedBatchOf()]);
    const { visitor } = sealedBatchOf().edge;
    expect(anonymous?.properties).toMatchObject({ distinct_id: `$device:${visitor}`, $device_id: visitor });
    expect(anonymous?.properties).not.toHaveProperty("$user_id");
  });

  test("gets at most 2,000 events and 2 MB at once, and no event of more than 1 MB", () => {
    const of = (count: number, bytes: number) =>
      everything({
        events: Array.from({ length: count }, () => ({ ...fixtures.custom, props: { x: "x".repeat(bytes) } })),
      });
    const requests = requestsOf(target(), [of(2_001, 1), of(3, 800_000)]);
    expect(requests.length).toBeGreaterThan(2);
    for (const { body, entries } of requests) {
      expect(entries.length).toBeLessThanOrEqual(2_000);
      expect(body.byteLength).toBeLessThan(2_000_000);
    }
    expect(target().entries(itemOf(of(1, 1_000_000)))[0]?.refusal?.code).toBe("event_too_large");
  });

  test.each([
    [200, imported(2).body, "ok"],
    [200, "<!doctype html>", "stopped"],
    [302, "", "stopped"],
    [400, failed([1], 1), "partial"],
    [400, failed([0, 1], 0), "partial"],
    [400, failed([1], 0), "refused"],
    [400, { error: "invalid JSON" }, "refused"],
    [400, "<html>", "stopped"],
    [413, "<html>", "refused"],
    [401, { error: "Invalid credentials" }, "stopped"],
    [403, "", "stopped"],
    [404, "", "stopped"],
    [413, { error: "request exceeds max limit" }, "refused"],
    [429, { error: "exceeded rate limit" }, "retry"],
    [500, "", "retry"],
    [502, "", "retry"],
    [503, "", "retry"],
  ])("means by %i %j: %s", (status, body, expected) => {
    const there = target();
    const [request] = requestsOf(there, [everything({ events: [fixtures.custom, fixtures.goal] })]);
    expect(there.classify(answer(status, body), request as never).kind).toBe(expected);
  });

  test("gets time after a 429 that does not say how much", () => {
    const [request] = requestsOf(target(), [everything()]);
    const after = (headers: Record<string, string>) =>
      target().classify(answer(429, "", headers), request as never) as { readonly afterMs?: number };
    expect(after({}).afterMs).toBe(2_000);
    expect(after({ "retry-after": "9" }).afterMs).toBe(9_000);
  });

  test("gets all but the refused once it is back, and nothing of a 400 again", async () => {
    const there = await backend();
    const taken: string[] = [];
    there.reply = (attempt, { body }) => {
      const batch = JSON.parse(body) as Message[];
      if (attempt < 4) return { status: 503 };
      if (attempt === 4) return "cut";
      const bad = batch.flatMap(({ event }, index) => (event === "bad" ? [index] : []));
      taken.push(...batch.filter(({ event }) => event !== "bad").map(({ event }) => event));
      if (bad.length === 0) return imported(batch.length);
      return { status: 400, body: failed(bad, batch.length - bad.length) };
    };
    const { append, settled, letters } = await forwarding(target({ url: there.url }));
    const custom = (name: string) => ({ ...fixtures.custom, name });
    await append([sealedBatchOf({ events: [custom("a"), custom("bad"), custom("b")] }), sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 0 });
    expect(taken.sort()).toEqual(["$mp_web_page_view", "a", "b"]);
    expect(letters).toMatchObject([{ target: "mixpanel", code: "event_refused", event: 1 }]);
  });

  test("names what is missing, and no secret", () => {
    const check = (options: object) => () =>
      mixpanelChecks({ type: "mixpanel", ...options }, optionCheck("targets[0]"));
    const serviceAccount = { username: "me", secret: "hidden", projectId: "1" };
    expect(check({ token: "t" })).not.toThrow();
    expect(check({ serviceAccount })).not.toThrow();
    expect(check({})).toThrow("targets[0].token: write either the project's token or a serviceAccount");
    expect(check({ token: "t", serviceAccount })).toThrow("targets[0].token");
    expect(check({ serviceAccount: { ...serviceAccount, projectId: "" } })).toThrow("serviceAccount.projectId");
    expect(check({ serviceAccount: { ...serviceAccount, projectId: "" } })).not.toThrow("hidden");
  });
});
