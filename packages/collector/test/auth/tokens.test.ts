import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { batchOf, edgeOf, envelopeOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import type { IngestAuthOptions } from "../../src/index.js";
import type { CollectorOptions } from "../../src/options.js";
import { publicKey, relaySecret, running } from "../running.js";

const issuer = "https://id.example/";
const audience = "isotherm";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An issuer whose set of keys is served over HTTP, counts who asks, and can be changed. */
async function issuerOf() {
  const keys: JWK[] = [];
  const state = { asked: 0, broken: false };
  const server = createServer((_request, response) => {
    state.asked++;
    if (state.broken) response.writeHead(500).end();
    else response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()));
  const { port } = server.address() as AddressInfo;
  return {
    state,
    keys,
    url: `http://127.0.0.1:${port}/jwks.json`,
    async add(kid: string, alg = "RS256"): Promise<Pair> {
      const pair = await generateKeyPair(alg);
      keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: "sig" });
      return pair;
    },
  };
}

/** A collector that asks for tokens, and a way to send one. */
async function guarded(auth: Partial<IngestAuthOptions> = {}, options: Partial<CollectorOptions> = {}) {
  const from = await issuerOf();
  const parts = await running({ ...options, auth: { mode: "jwt", jwksUrl: from.url, issuer, audience, ...auth } });
  const seconds = (): number => Math.floor(parts.clock.now / 1_000);
  const signed = (
    pair: Pick<Pair, "privateKey">,
    { kid = "one", alg = "RS256", claims = {}, iss = issuer, aud = audience, exp = 60 as number | null } = {},
  ): Promise<string> => {
    const token = new SignJWT(claims).setProtectedHeader({ alg, ...(kid !== "" && { kid }) });
    token.setIssuer(iss).setAudience(aud).setIssuedAt(seconds());
    if (exp !== null) token.setExpirationTime(seconds() + exp);
    return token.sign(pair.privateKey);
  };
  const send = async (token: string | undefined) => {
    const batches = [batchOf()];
    const answer = await parts.post(
      envelopeOf({ batches }),
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    );
    const text = await answer.text();
    return { status: answer.status, ...(text !== "" && JSON.parse(text)) };
  };
  return { ...parts, from, signed, send };
}

describe("the mode jwt", () => {
  test.each(["RS256", "ES256"])("takes a batch with a token that is signed by %s", async (alg) => {
    const { from, signed, send } = await guarded();
    const pair = await from.add("one", alg);
    expect(await send(await signed(pair, { alg }))).toEqual({ status: 204 });
  });

  test("refuses what is wrong with a token, and says so", async () => {
    const { from, signed, send } = await guarded({}),
      pair = await from.add("one");
    const other = await generateKeyPair("RS256");
    const cases: readonly (readonly [token: string | undefined, reason: string])[] = [
      [undefined, "send a token"],
      ["rubbish", "it is no JWT"],
      [await signed(pair, { iss: "https://evil.example/" }), "its iss is not what is asked for"],
      [await signed(pair, { aud: "another" }), "its aud is not what is asked for"],
      [await signed(pair, { exp: -60 }), "it has expired"],
      [await signed(pair, { exp: null }), "its exp is not what is asked for"],
      [await signed(pair, { kid: "" }), "it names no key"],
      [await signed(pair, { kid: "two" }), "no key of this name"],
      [await signed(other), "its signature is wrong"],
      [await signed(pair, { claims: { site: "blog" } }), "it is for another site"],
    ];
    for (const [token, reason] of cases)
      expect(await send(token), reason).toMatchObject({
        ...{ status: 401, code: "token_invalid", message: expect.stringContaining(reason) },
      });
    expect(await send(await signed(pair, { claims: { site: ["blog", "shop"] } }))).toEqual({ status: 204 });
  });

  test("takes no algorithm for another: neither none nor a public key as a secret", async () => {
    const { from, signed, send, clock } = await guarded();
    const pair = await from.add("one");
    const [, claims = "", signature = ""] = (await signed(pair)).split(".");
    const head = (header: object): string => Buffer.from(JSON.stringify(header)).toString("base64url");
    const none = { alg: "none", kid: "one" };
    for (const token of [`${head(none)}.${claims}.`, `${head(none)}.${claims}.${signature}`])
      expect(await send(token)).toMatchObject({ status: 401, code: "token_invalid" });
    const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey));
    const confused = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(Math.floor(clock.now / 1_000) + 60)
      .sign(secret);
    expect(await send(confused)).toMatchObject({
      status: 401,
      message: expect.stringContaining("only RS256 and ES256"),
    });
  });

  test("fetches the keys again when one is new, and not for each of many unknown ones", async () => {
    const { from, signed, send } = await guarded();
    const first = await from.add("one");
    expect(await send(await signed(first))).toEqual({ status: 204 });
    expect(from.state.asked).toBe(1);
    for (let n = 0; n < 5; n++)
      expect(await send(await signed(first, { kid: `guess-${n}` }))).toMatchObject({ status: 401 });
    expect(from.state.asked).toBeLessThanOrEqual(2);
  });

  test("believes a key that took another's place, and no longer the other", async () => {
    const { from, signed, send } = await guarded();
    const [first, second] = [await from.add("one"), await generateKeyPair("RS256")];
    from.keys.splice(0, 1, { ...(await exportJWK(second.publicKey)), kid: "two", alg: "RS256", use: "sig" });
    expect(await send(await signed(second, { kid: "two" }))).toEqual({ status: 204 });
    expect(await send(await signed(first))).toMatchObject({ status: 401 });
  });

  test("asks to come again while the issuer's keys cannot be had", async () => {
    const { from, signed, send } = await guarded();
    const pair = await from.add("one");
    from.state.broken = true;
    expect(await send(await signed(pair))).toMatchObject({ status: 503, code: "unavailable" });
    from.state.broken = false;
    expect(await send(await signed(pair))).toEqual({ status: 204 });
  });

  test("asks no token of what a relay signed", async () => {
    const { postSigned } = await guarded();
    const batches = [{ ...batchOf(), edge: edgeOf() }];
    expect((await postSigned(sealedEnvelopeOf({ key: publicKey, batches }), { secret: relaySecret })).status).toBe(204);
  });

  test("locks out a network that shows too many wrong tokens", async () => {
    const from = await issuerOf();
    const { post } = await running({
      auth: { mode: "jwt", jwksUrl: from.url, issuer, audience },
      failuresPerMinute: 2,
    });
    const send = async () => (await post(envelopeOf(), { authorization: "Bearer a.b.c" })).status;
    expect([await send(), await send(), await send()]).toEqual([401, 401, 429]);
  });
});

test("a token of the issuer's own that ran out locks nobody out", async () => {
  const { from, signed, send } = await guarded({}, { failuresPerMinute: 1 });
  const pair = await from.add("one");
  for (let n = 0; n < 3; n++) {
    expect(await send(await signed(pair, { exp: -60 }))).toMatchObject({ status: 401 });
    expect(await send(await signed(pair, { claims: { site: "blog" } }))).toMatchObject({ status: 401 });
  }
  expect(await send(await signed(pair))).toEqual({ status: 204 });
});

describe("the other modes", () => {
  test("both: the key alone is enough, and a wrong token is one too many", async () => {
    const { from, signed, send } = await guarded({ mode: "both" });
    const pair = await from.add("one");
    expect(await send(undefined)).toEqual({ status: 204 });
    expect(await send(await signed(pair))).toEqual({ status: 204 });
    expect(await send(await signed(pair, { exp: -60 }))).toMatchObject({ status: 401 });
  });

  test("say at the start what is missing", async () => {
    const wrong: readonly (readonly [IngestAuthOptions, RegExp])[] = [
      [{ mode: "jwt" }, /auth\.jwksUrl has to be set/],
      [{ mode: "both", jwksUrl: "https://id.example/jwks" }, /auth\.issuer has to be set/],
      [{ mode: "jwt", jwksUrl: "http://id.example/jwks", issuer, audience }, /auth\.jwksUrl has to begin with https/],
      [{ mode: "token" as never }, /auth\.mode has to be/],
    ];
    for (const [auth, message] of wrong) await expect(running({ auth })).rejects.toThrow(message);
  });
});
