import nodeCrypto from "node:crypto";
import { messageId, newKeyPair, newSecret, sign, verify } from "@isotherm/protocol/signature";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test, vi } from "vitest";

const now = Date.UTC(2026, 10, 21, 9);
const timestamp = now / 1000;
const [secret, next, stranger] = [newSecret(), newSecret(), newSecret()];
const signed = (over: Partial<Parameters<typeof sign>[0]> = {}) =>
  sign({ id: "msg_1", timestamp, body: '{"v":1}', secrets: [secret], ...over });
const check = (headers: Record<string, string>, over: Partial<Parameters<typeof verify>[0]> = {}) =>
  verify({ headers: (name) => headers[name], body: '{"v":1}', secrets: [secret], now, ...over });

afterEach(() => void vi.useRealTimers());

describe("against the reference library", () => {
  const bodies = fc.string({ unit: "grapheme" });
  const ids = fc.stringMatching(/^[!-\-/-~]{1,40}$/);

  test("it accepts what is signed here", async () => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    await fc.assert(
      fc.asyncProperty(ids, fc.jsonValue(), async (id, value) => {
        const body = JSON.stringify(value);
        const headers = await signed({ id, body, secrets: [stranger, secret] });
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      }),
      { numRuns: 50 },
    );
  });

  test("what it signs is accepted here", async () => {
    await fc.assert(
      fc.asyncProperty(ids, bodies, async (id, body) => {
        const signature = new Webhook(secret).sign(id, new Date(now), body);
        const headers = { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signature };
        expect(await check(headers, { body })).toEqual({ ok: true });
      }),
      { numRuns: 50 },
    );
  });

  test("both take a secret for the same bytes", async () => {
    const headers = await signed();
    expect(new Webhook(secret).sign("msg_1", new Date(now), '{"v":1}')).toBe(headers["webhook-signature"]);
  });
});

describe("verify", () => {
  test("accepts bytes and text of the same body", async () => {
    const body = new TextEncoder().encode('{"v":1,"é":"🙂"}');
    const headers = await signed({ body });
    expect(await check(headers, { body })).toEqual({ ok: true });
    expect(await check(headers, { body: new TextDecoder().decode(body) })).toEqual({ ok: true });
  });

  test("accepts either secret on either side while they rotate", async () => {
    for (const [sender, receiver] of [
      [[secret], [next, secret]],
      [[secret, next], [secret]],
      [[secret, next], [next]],
      [
        [next, secret],
        [secret, next],
      ],
    ] as const)
      expect(await check(await signed({ secrets: sender }), { secrets: receiver })).toEqual({ ok: true });
    expect(await check(await signed({ secrets: [secret] }), { secrets: [next] })).toMatchObject({ ok: false });
  });

  test("accepts up to 300 seconds of either clock's error, and no more", async () => {
    const headers = await signed();
    for (const seconds of [-300, 0, 300])
      expect(await check(headers, { now: now + seconds * 1000 })).toEqual({ ok: true });
    expect(await check(headers, { now: now + 301_000 })).toEqual({
      ok: false,
      reason: "webhook-timestamp is more than 300 seconds ago",
    });
    expect(await check(headers, { now: now - 301_000 })).toEqual({
      ok: false,
      reason: "webhook-timestamp is more than 300 seconds ahead",
    });
  });

  test.each<[string, string, string]>([
    ["webhook-id", "", "webhook-id is missing"],
    ["webhook-id", "a.b", "webhook-id must be 1 to 256 printable characters without a full stop"],
    ["webhook-id", "msg_2", "webhook-signature does not match"],
    ["webhook-timestamp", "", "webhook-timestamp is missing"],
    ["webhook-timestamp", "soon", "webhook-timestamp must be whole seconds since 1970"],
    ["webhook-timestamp", `0${timestamp}`, "webhook-timestamp must be whole seconds since 1970"],
    ["webhook-timestamp", `${timestamp}.0`, "webhook-timestamp must be whole seconds since 1970"],
    ["webhook-timestamp", String(timestamp + 1), "webhook-signature does not match"],
    ["webhook-signature", "", "webhook-signature is missing"],
    ["webhook-signature", "v1a,AAAA", "webhook-signature holds no signature of version v1"],
    ["webhook-signature", "v1,!", "webhook-signature holds no signature of version v1"],
    ["webhook-signature", "v1,", "webhook-signature does not match"],
    ["webhook-signature", "v1,AAAA", "webhook-signature does not match"],
  ])("with %s of %j says: %s", async (name, value, reason) => {
    expect(await check({ ...(await signed()), [name]: value })).toEqual({ ok: false, reason });
  });

  test("says which header is missing altogether", async () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      const { [name]: _, ...headers } = await signed();
      expect(await check(headers)).toEqual({ ok: false, reason: `${name} is missing` });
    }
  });

  test("finds its signature among others", async () => {
    const headers = await signed();
    const header = `v1a,AAAA v2,BBBB v1,!! v1,AAAA ${headers["webhook-signature"]} v1,BBBB`;
    expect(await check({ ...headers, "webhook-signature": header })).toEqual({ ok: true });
  });

  test("refuses when any bit of the body or the signature differs", async () => {
    const body = new TextEncoder().encode('{"v":1}');
    const headers = await signed({ body });
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.nat(7), async (at, bit) => {
        const changed = body.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(await check(headers, { body: changed })).toMatchObject({ ok: false });
      }),
    );
    const code = atob(headers["webhook-signature"]?.slice(3) ?? "");
    expect(code.length).toBe(32);
    for (let i = 0; i < 32; i++) {
      const other = `${code.slice(0, i)}${String.fromCharCode(code.charCodeAt(i) ^ 1)}${code.slice(i + 1)}`;
      expect(await check({ ...headers, "webhook-signature": `v1,${btoa(other)}` })).toMatchObject({ ok: false });
    }
    for (const other of [`${code}x`, code.slice(0, 31), code + code])
      expect(await check({ ...headers, "webhook-signature": `v1,${btoa(other)}` })).toMatchObject({ ok: false });
  });

  test("computes no more for a header of many signatures", async () => {
    const headers = await signed();
    const spy = vi.spyOn(nodeCrypto, "createHmac");
    const many = Array.from({ length: 500 }, () => "v1,AAAA").join(" ");
    await check({ ...headers, "webhook-signature": many }, { secrets: [secret, next] });
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
  });
});

describe("sign with a private key", () => {
  const pair = nodeCrypto.generateKeyPairSync("ed25519");
  const seed = pair.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const open = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const keys = [seed, Buffer.concat([seed, open])].map((bytes) => `whsk_${bytes.toString("base64")}`);

  test.each(keys)("makes a v1a that its public key verifies", async (key) => {
    const { "webhook-signature": signature = "" } = await signed({ secrets: [key] });
    expect(signature).toMatch(/^v1a,/);
    const said = Buffer.from(`msg_1.${timestamp}.{"v":1}`);
    expect(nodeCrypto.verify(null, said, pair.publicKey, Buffer.from(signature.slice(4), "base64"))).toBe(true);
  });

  test("lets either kind follow the other", async () => {
    const headers = await signed({ secrets: [keys[0] as string, secret] });
    expect(headers["webhook-signature"]).toMatch(/^v1a,\S+ v1,\S+$/);
    expect(await check(headers)).toEqual({ ok: true });
  });

  test("is believed by who has the public key, also while kinds of keys rotate", async () => {
    const publicKey = `whpk_${open.toString("base64")}`;
    const headers = await signed({ secrets: [keys[0] as string] });
    expect(await check(headers, { secrets: [publicKey] })).toEqual({ ok: true });
    expect(await check(headers, { secrets: [secret, publicKey] })).toEqual({ ok: true });
    expect(await check(await signed(), { secrets: [publicKey, secret] })).toEqual({ ok: true });
    expect(await check(headers, { secrets: [publicKey], body: "{}" })).toMatchObject({ ok: false });
    expect(await check(headers)).toEqual({ ok: false, reason: "webhook-signature holds no signature of version v1" });
    expect(await check(await signed(), { secrets: [publicKey] })).toEqual({
      ok: false,
      reason: "webhook-signature holds no signature of version v1a",
    });
    const other = await newKeyPair();
    expect(await check(headers, { secrets: [other.publicKey] })).toMatchObject({ ok: false });
  });

  test("comes with a fresh key of 32 bytes, each its own", async () => {
    const [one, two] = [await newKeyPair(), await newKeyPair()];
    expect(one.privateKey).toMatch(/^whsk_[A-Za-z0-9+/]{43}=$/);
    expect(one.publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    expect(new Set([one.privateKey, one.publicKey, two.privateKey, two.publicKey]).size).toBe(4);
    const headers = await signed({ secrets: [one.privateKey] });
    expect(await check(headers, { secrets: [one.publicKey] })).toEqual({ ok: true });
  });

  test("looks at few signatures, however long the header is", async () => {
    const spy = vi.spyOn(crypto.subtle, "verify");
    const publicKey = `whpk_${open.toString("base64")}`;
    const headers = {
      ...(await signed()),
      "webhook-signature": Array.from({ length: 500 }, () => "v1a,AAAA").join(" "),
    };
    expect(await check(headers, { secrets: [publicKey] })).toMatchObject({ ok: false });
    expect(spy.mock.calls.length).toBeLessThanOrEqual(4);
    spy.mockRestore();
  });

  test("asks as many bytes of a shared secret as it is told to, whoever used it before", async () => {
    const short = `whsec_${btoa("x".repeat(24))}`;
    const headers = await signed({ secrets: [short], leastBytes: 24 });
    expect(headers["webhook-signature"]).toBe(new Webhook(short).sign("msg_1", new Date(now), '{"v":1}'));
    await expect(signed({ secrets: [short] })).rejects.toThrow("secret 1 must hold at least 32 bytes");
  });

  test("refuses what is no key", async () => {
    await expect(signed({ secrets: [`whsk_${btoa("short")}`] })).rejects.toThrow(
      "secret 1 must be whsk_ and 32 or 64 bytes in base64",
    );
    await expect(check(await signed(), { secrets: ["whpk_AAAA"] })).rejects.toThrow(
      "key 1 must be whpk_ and 32 bytes in base64",
    );
  });
});

describe("secrets", () => {
  test("are 32 random bytes, each its own", () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(new Set([secret, next, stranger, newSecret()]).size).toBe(4);
  });

  const short = `whsec_${btoa("x".repeat(31))}`;
  test.each<[string, string[], RegExp]>([
    ["none", [], /^one or two secrets are needed, 0 were given$/],
    ["three", [secret, next, stranger], /^one or two secrets are needed, 3 were given$/],
    ["one without its prefix", [secret.slice(6)], /^secret 1 must be whsec_ followed by base64$/],
    ["one that is not base64", [secret, "whsec_💥"], /^secret 2 must be whsec_ followed by base64$/],
    ["one that is too short", [secret, short], /^secret 2 must hold at least 32 bytes$/],
  ])("are refused when there is %s, without a word of them", async (_, secrets, message) => {
    const headers = await signed();
    for (const attempt of [signed({ secrets }), check(headers, { secrets })]) {
      const error: unknown = await attempt.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(error).toMatchObject({
        name: "ProtocolError",
        code: "secret_invalid",
        message: expect.stringMatching(message),
      });
      for (const one of secrets) expect(String(error)).not.toContain(one.slice(6, 20));
    }
  });

  test("are imported once", async () => {
    const fresh = newSecret();
    const spy = vi.spyOn(nodeCrypto, "createSecretKey");
    await Promise.all([signed({ secrets: [fresh] }), signed({ secrets: [fresh] })]);
    await check(await signed({ secrets: [fresh] }), { secrets: [fresh] });
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
  });
});

describe("sign", () => {
  test("refuses what could not be told apart or checked", async () => {
    for (const id of ["", "a.b", "a b", "é", "x".repeat(257)])
      await expect(signed({ id })).rejects.toMatchObject({ code: "message_invalid" });
    for (const time of [0, -1, 1.5, Number.NaN, now * 1000])
      await expect(signed({ timestamp: time })).rejects.toMatchObject({ code: "message_invalid" });
  });
});

describe("messageId", () => {
  test("is the same at every attempt, and another for other batches", async () => {
    const ids = [[], ["a"], ["a", "b"], ["b", "a"], ["ab"], ['a","b']];
    const made = await Promise.all(ids.map((one) => messageId(one)));
    expect(new Set(made).size).toBe(ids.length);
    expect(await Promise.all(ids.map((one) => messageId(one)))).toEqual(made);
    for (const id of made) await expect(signed({ id })).resolves.toHaveProperty("webhook-id", id);
  });
});
