import type { AddressInfo } from "node:net";
import { batchOf, edgeOf, envelopeOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { sign } from "@isotherm/protocol/signature";
import Fastify from "fastify";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  hashOf,
  keyOf,
  otherPublicKey,
  otherReadKey,
  publicKey,
  readKey,
  relayId,
  relaySecret,
  running,
  siteOf,
  writeKey,
} from "../running.js";

const adminKey = "admin-key-of-the-operator-0123";
const revokedKey = `rd_${"g".repeat(32)}`;
const fullKey = `rd_${"h".repeat(32)}`;
const otherFullKey = `rd_${"i".repeat(32)}`;
const issuer = "https://id.example/";

/** Who asks, of the site `shop`: `other` keys are of another tenant, with every scope that there is. */
const askers = ["none", "public", "read", "full", "other", "write", "relay", "admin", "jwt", "revoked"] as const;
type Asker = (typeof askers)[number];

/** Who is let in; everybody else has to be told 401, 403 or 404, in an answer that holds nothing of the site. */
type Rule = readonly Asker[] | "everybody" | "bodies";

/**
 * The matrix. Every route of the server is matched by the first line that fits, and a route that none fits fails the test:
 * whoever adds one has to say who may use it. `bodies` are ways in that judge what stands in the body, tested below.
 */
const matrix: readonly (readonly [route: RegExp, rule: Rule])[] = [
  [/^GET \/(health\/live|health\/ready|v1\/health|openapi\.json|docs)$/, "everybody"],
  [/^GET \/([\w-]+\.(html|js|css|svg))?$/, "everybody"],
  [/^POST \/(v1\/batches|v1\/batches\/:ref|v1\/ingest|ingest|events)$/, "bodies"],
  [/^POST \/track\//, ["write"]],
  [/^GET \/v1\/briefing$/, ["relay"]],
  [/^(GET|DELETE) \/v1\/sites\/:id\/visitors\/:visitor$/, ["full", "admin"]],
  [/^GET \/v1\/sites\/:id\//, ["read", "full"]],
  [/^GET \/v1\/sites$/, ["read", "full", "other"]],
  [/^GET \/v1\/sessions\/:id$/, ["read", "full"]],
  [/^GET \/analytics\/metrics$/, ["read", "full"]],
  [/^GET \/api\/projects\/:id\//, ["read", "full"]],
  [/^GET \/api\/(sessions\/:id|metrics)$/, ["read", "full", "other"]],
  [/^(GET|POST) \/v1\/(projects|organisations)$/, ["admin"]],
  [/^GET \/v1\/audit$/, ["admin"]],
  [/^(POST|DELETE) \/v1\/projects\/:id\/keys/, ["full", "admin"]],
  [/^(GET|POST|DELETE) \/v1\/organisations\/:id\/members/, ["admin"]],
];

/** What a foreign tenant may never read, wherever it is asked. */
const secrets = ["Shop of the first tenant", "visitor-of-shop", "/page-of-shop", "rk_0123456789ab", "whsec_"];

async function furnished() {
  const pair = await generateKeyPair("RS256");
  const jwks = Fastify();
  const key = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" };
  jwks.get("/jwks", async () => ({ keys: [key] }));
  await jwks.listen({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => jwks.close());
  const { port } = jwks.server.address() as AddressInfo;
  const auth = { mode: "both", jwksUrl: `http://127.0.0.1:${port}/jwks`, issuer, audience: "isotherm" } as const;
  const parts = await running({ adminKey, auth, failuresPerMinute: 1_000_000, requestsPerMinute: 1_000_000 });
  const { store, clock, collector } = parts;
  await store.addOrganisation({ id: "acme", name: "Acme", createdAt: 0 });
  await store.putSite(siteOf({ name: "Shop of the first tenant", organisation: "acme" }));
  const scopes = ["stats", "visitors", "export", "erase", "keys"] as const;
  const read = { kind: "read", scopes } as const;
  await store.putKey(keyOf({ ...read, id: "read-full", secret: hashOf(fullKey) }));
  await store.putKey(keyOf({ ...read, id: "read-other-full", site: "blog", secret: hashOf(otherFullKey) }));
  await store.putKey(keyOf({ ...read, id: "read-gone", secret: hashOf(revokedKey), revokedAt: clock.now }));
  await store.putKey(keyOf({ id: relayId, kind: "relay", secret: relaySecret }));
  await collector.refresh();
  const batch = batchOf({ visitor: "visitor-of-shop" });
  const page = { ...batch.page, url: "https://shop.example/page-of-shop" };
  expect((await parts.post(envelopeOf({ batches: [{ ...batch, page }] }))).status).toBe(204);
  await collector.settled();
  const seconds = Math.floor(clock.now / 1_000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "RS256", kid: "one" })
    .setIssuer(issuer)
    .setAudience("isotherm")
    .setExpirationTime(seconds + 3_600)
    .sign(pair.privateKey);
  const bearer = (shown: string) => ({ authorization: `Bearer ${shown}` });
  const signed = async () => ({
    "relay-key-id": relayId,
    ...(await sign({ id: "msg_1", timestamp: seconds, body: "", secrets: [relaySecret] })),
  });
  const shown: { readonly [asker in Asker]: () => Promise<{ readonly [name: string]: string }> } = {
    none: async () => ({}),
    public: async () => ({ ...bearer(publicKey), "x-project-key": publicKey }),
    read: async () => bearer(readKey),
    full: async () => bearer(fullKey),
    other: async () => bearer(otherFullKey),
    write: async () => bearer(writeKey),
    relay: signed,
    admin: async () => ({ "x-admin-key": adminKey }),
    jwt: async () => bearer(token),
    revoked: async () => bearer(revokedKey),
  };
  return { ...parts, shown, token };
}

/** Every route that the collector's plugin registers, as `GET /v1/sites/:id/summary`; HEAD goes with GET. */
async function routesOf(collector: Awaited<ReturnType<typeof furnished>>["collector"]): Promise<readonly string[]> {
  const app = Fastify();
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url, onRequest, schema }) => {
    // Those that answer 405 before anything else, and the one for paths that are not there, let nobody in.
    const hidden = (schema as { readonly hide?: boolean } | undefined)?.hide === true;
    if (url === "/v1/*" || (hidden && onRequest !== undefined)) return;
    for (const one of [method].flat()) if (!["HEAD", "OPTIONS"].includes(one)) routes.push(`${one} ${url}`);
  });
  await app.register(collector.plugin);
  await app.ready();
  onTestFinished(() => app.close());
  return [...new Set(routes)];
}

const ids = { id: "shop", visitor: "visitor-of-shop", key: "read-1", member: "nobody", ref: "no-such-ref" } as const;

/** The address of a route with the first tenant's ids in it, and what its query needs. */
function addressOf(route: string): string {
  const [, path = ""] = route.split(" ");
  const id = path.includes("sessions/:id") ? "s1" : path.includes("organisations") ? "acme" : ids.id;
  const filled = path.replace(/:(\w+)/g, (_, name: keyof typeof ids) => (name === "id" ? id : ids[name]));
  const asked = path.endsWith("metrics") && path.startsWith("/analytics") ? "?siteId=shop" : "";
  return filled.replace(/\*$/, "") + asked;
}

describe("every route", () => {
  test("lets in whom the matrix names, and tells nobody else anything", async () => {
    const { server, collector, shown } = await furnished();
    const routes = await routesOf(collector);
    expect(routes.length).toBeGreaterThan(30);
    const faults: string[] = [];
    for (const route of routes) {
      const rule = matrix.find(([pattern]) => pattern.test(route))?.[1];
      if (rule === undefined) faults.push(`${route}: no line of the matrix says who may use it`);
      if (rule === undefined || rule === "everybody" || rule === "bodies") continue;
      const [method = ""] = route.split(" ");
      for (const asker of askers) {
        const answer = await fetch(`${server.url}${addressOf(route)}`, {
          ...{ method, headers: await shown[asker](), redirect: "manual" },
          ...(method === "POST" && { body: "{}" }),
        });
        const text = await answer.text();
        const allowed = rule.includes(asker);
        // To others' keys what is not theirs is not there.
        const refused = [401, 403].includes(answer.status) || (!allowed && answer.status === 404);
        const what = `${route} as ${asker}: ${answer.status} ${text.slice(0, 90)}`;
        if (allowed ? refused || answer.status >= 500 : !refused) faults.push(what);
        if ((!allowed || asker === "other") && secrets.some((secret) => text.includes(secret))) faults.push(what);
      }
    }
    expect(faults).toEqual([]);
  });

  test("that takes bodies takes none for another tenant, nor under a key that is none", async () => {
    const { post, postSigned, store, collector, token, server, clock } = await furnished();
    const before = store.stored.size;
    const batches = () => [batchOf()];
    const refusals: readonly (readonly [string, Promise<Response>])[] = [
      ["another's key from our origin", post(envelopeOf({ key: otherPublicKey, batches: batches() }))],
      ["no such key", post(envelopeOf({ key: "pk_nobodynobodynobodynobody", batches: batches() }))],
      ["a read key as a public one", post(envelopeOf({ key: readKey, batches: batches() }))],
      ["a read key as a token", post(envelopeOf({ batches: batches() }), { authorization: `Bearer ${readKey}` })],
      ["a foreign origin", post(envelopeOf({ batches: batches() }), { origin: "https://blog.example" })],
      [
        "another tenant's relay",
        postSigned(sealedEnvelopeOf({ key: otherPublicKey, batches: [{ ...batchOf(), edge: edgeOf() }] })),
      ],
      ["a wrong signature", postSigned(sealedEnvelopeOf({ key: publicKey }), { timestamp: clock.now / 1_000 - 9_999 })],
      [
        "another's domain",
        fetch(`${server.url}/events`, {
          ...{ method: "POST", headers: { origin: "https://shop.example" } },
          body: JSON.stringify({ event_type: "x", domain: "blog.example" }),
        }),
      ],
      ["a key of another in heat-sdk's way", heat(server.url, otherPublicKey)],
      ["a body's key of another", beacon(server.url, otherPublicKey)],
    ];
    for (const [what, answer] of refusals) expect([401, 403], what).toContain((await answer).status);
    await collector.settled();
    expect(store.stored.size).toBe(before);
    const good = await post(envelopeOf({ batches: batches() }), { authorization: `Bearer ${token}` });
    expect(good.status).toBe(204);
  });

  test("tells another tenant of a site what it tells of one that is not there", async () => {
    const { get } = await furnished();
    for (const path of ["/v1/sites/SITE/summary", "/v1/sites/SITE/visitors/ada", "/api/projects/SITE/events"]) {
      const [theirs, nobodys] = await Promise.all(
        ["shop", "nowhere"].map(async (site) => {
          const answer = await get(path.replace("SITE", site), otherFullKey);
          const { requestId: _requestId, ...rest } = await answer.json();
          return { status: answer.status, ...rest };
        }),
      );
      expect(theirs, path).toEqual(nobodys);
      expect(theirs).toMatchObject({ status: 404 });
    }
    expect((await get("/v1/sites/blog/summary", otherReadKey)).status).toBe(200);
  });
});

const event = {
  ...{ eventId: "e1", sessionId: "s1", ts: 1, path: "/", type: "custom", name: "x" },
  ...{ viewport: { w: 1, h: 1 }, device: {} },
};

const heat = (url: string, key: string): Promise<Response> =>
  fetch(`${url}/ingest`, {
    ...{ method: "POST", headers: { "x-project-key": key, origin: "https://shop.example" } },
    body: JSON.stringify({ session: { id: "s1" }, events: [event] }),
  });

const beacon = (url: string, apiKey: string): Promise<Response> =>
  fetch(`${url}/v1/ingest`, {
    ...{ method: "POST", headers: { origin: "https://shop.example" } },
    body: JSON.stringify({
      apiKey,
      session: { sessionId: "s1" },
      events: [{ type: "x", url: "https://shop.example/" }],
    }),
  });
