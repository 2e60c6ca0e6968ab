import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { edgeOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type WebhookTargetOptions, webhook, webhookChecks } from "../../src/target/webhook.js";
import { answer } from "../kit/answer.js";
import { type Backend, backend } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { itemOf, jsonOf, requestsOf } from "../kit/requests.js";

const [secret, next] = [newSecret(), newSecret()];
const target = (options: Partial<WebhookTargetOptions> = {}) =>
  webhook({ type: "webhook", url: "http://hook.example/in?token=hidden", secrets: [secret], ...options });

/** What the reference library makes of every message: the payloads, each verified under a secret. */
const verified = ({ seen }: Backend, key: string): readonly unknown[] =>
  seen.map(({ body, headers }) => new Webhook(key).verify(body, headers));

describe("a webhook", () => {
  test("gets one whole batch per message, which the reference library verifies", async () => {
    const there = await backend();
    const { append, settled } = await forwarding(target({ url: `${there.url}/in?token=1` }));
    const batches = [sealedBatchOf(), sealedBatchOf({ page: { ...sealedBatchOf().page, title: "Ünïcode 🙂" } })];
    await append(batches);
    expect(await settled()).toMatchObject({ forwarded: 2 });
    expect(there.seen.map(({ method, path, headers }) => [method, path, headers["content-type"]])).toEqual(
      Array(2).fill(["POST", "/in?token=1", "application/json"]),
    );
    const payload = { type: "isotherm.batch", timestamp: "2026-11-21T09:00:01.000Z", site: "shop", key: "pk_a" };
    const payloads = verified(there, secret);
    expect(payloads).toHaveLength(2);
    for (const data of batches) expect(payloads).toContainEqual({ ...payload, data });
  });

  test("is told the same id at every attempt, and the time of each", async () => {
    const there = await backend();
    there.reply = (attempt) => (attempt === 1 ? "cut" : { status: attempt < 4 ? 503 : 204 });
    let seconds = Math.floor(Date.now() / 1_000);
    const { append, settled } = await forwarding(target({ url: there.url }), () => 1_000 * seconds++);
    await append([sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 1, maybeDuplicate: 0 });
    const [ids, times] = ["webhook-id", "webhook-timestamp"].map((name) =>
      there.seen.map(({ headers }) => headers[name]),
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids?.[0]).toMatch(/^[^.]+$/);
    expect(new Set(times).size).toBe(4);
    expect(verified(there, secret)).toHaveLength(4);
  });

  test("verifies either secret while one replaces the other, also one of 24 bytes", async () => {
    const there = await backend();
    const short = `whsec_${Buffer.from("x".repeat(24)).toString("base64")}`;
    const { append, settled } = await forwarding(target({ url: there.url, secrets: [next, short] }));
    await append([sealedBatchOf()]);
    await settled();
    for (const key of [next, short]) expect(verified(there, key)).toHaveLength(1);
    expect(() => verified(there, secret)).toThrow();
  });

  test("verifies a private key by its public one", async () => {
    const there = await backend();
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
    const secrets = [`whsk_${seed.toString("base64")}`, secret];
    const { append, settled } = await forwarding(target({ url: there.url, secrets }));
    await append([sealedBatchOf()]);
    await settled();
    const [{ body, headers } = { body: "", headers: {} as Record<string, string> }] = there.seen;
    const [, signature = ""] = /^v1a,(\S+) v1,\S+$/.exec(headers["webhook-signature"] ?? "") ?? [];
    const said = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
    expect(
      verify(
        null,
        said,
        createPublicKey(publicKey.export({ format: "pem", type: "spki" })),
        Buffer.from(signature, "base64"),
      ),
    ).toBe(true);
    expect(verified(there, secret)).toHaveLength(1);
  });

  test("is never told a whole address, nor what browsers discarded", () => {
    const batch = sealedBatchOf({ edge: edgeOf({ address: "203.0.113.7" }) });
    const [request] = requestsOf(target(), [batch], "203.0.113.7");
    const { address: _address, ...edge } = batch.edge;
    expect(jsonOf(request)).toMatchObject({ data: { ...batch, edge } });
    expect(new TextDecoder().decode(request?.body)).not.toContain("203.0.113.7");
    expect(target().entries({ ...itemOf(batch), kind: "gone" })).toEqual([]);
    expect(target({ sites: ["shop"] }).entries(itemOf(batch))).toHaveLength(1);
    expect(target({ sites: ["blog"] }).entries(itemOf(batch))).toEqual([]);
  });

  test.each([
    [200, "ok"],
    [202, "ok"],
    [204, "ok"],
    [301, "stopped"],
    [307, "stopped"],
    [400, "refused"],
    [401, "stopped"],
    [403, "stopped"],
    [404, "stopped"],
    [408, "retry"],
    [410, "stopped"],
    [413, "refused"],
    [415, "stopped"],
    [422, "refused"],
    [429, "retry"],
    [500, "retry"],
    [502, "retry"],
    [504, "retry"],
  ])("means by %i: %s", (status, expected) => {
    const [request] = requestsOf(target(), [sealedBatchOf()]);
    const verdict = target().classify(
      answer(status, "", { "retry-after": "3", location: "/in?token=hidden" }),
      request as never,
    );
    expect(verdict.kind).toBe(expected);
    if (verdict.kind === "retry") expect(verdict.afterMs).toBe(3_000);
    expect(JSON.stringify(verdict)).not.toContain("hidden");
  });

  test("gets everything once it is back, and the one that it refuses becomes a letter", async () => {
    const there = await backend();
    const bad = sealedBatchOf();
    there.reply = (attempt, { body }) => ({ status: attempt < 4 ? 502 : body.includes(bad.id) ? 400 : 204 });
    const { append, settled, letters } = await forwarding(target({ url: there.url }));
    await append([sealedBatchOf(), bad, sealedBatchOf()]);
    expect(await settled()).toMatchObject({ forwarded: 2, dead: 1 });
    expect(letters).toMatchObject([{ target: "webhook", code: "status_400", item: { id: bad.id } }]);
  });

  test("names what is wrong with its options, and says no secret", () => {
    const check = (options: object) => () =>
      webhookChecks(
        { type: "webhook", url: "https://h.example", secrets: [secret], ...options },
        optionCheck("targets[0]"),
      );
    const key = `whsk_${Buffer.alloc(32).toString("base64")}`;
    expect(check({})).not.toThrow();
    expect(check({ secrets: [key, `whsk_${Buffer.alloc(64).toString("base64")}`] })).not.toThrow();
    expect(check({ url: "h" })).toThrow("targets[0].url");
    for (const secrets of [
      undefined,
      [],
      [secret, next, key],
      ["hidden"],
      [`whsec_${btoa("hidden")}`],
      ["whsk_hidden"],
    ]) {
      expect(check({ secrets })).toThrow("targets[0].secrets");
      expect(check({ secrets })).not.toThrow("hidden");
    }
  });
});
