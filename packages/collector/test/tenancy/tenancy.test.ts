import { batchOf, edgeOf, envelopeOf, fixtureTime, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import type { CollectorOptions } from "../../src/options.js";
import { memoryStore } from "../memory-store.js";
import { hashOf, keyOf, origin, publicKey, readKey, running, siteOf } from "../running.js";

const adminKey = "admin-key-of-the-operator-0123";
const operator = { "x-admin-key": adminKey };

async function tenancy(options: Partial<CollectorOptions> = {}) {
  const parts = await running({ adminKey, ...options, store: memoryStore() });
  const ask = async (
    method: string,
    path: string,
    headers: { readonly [name: string]: string } = operator,
    body?: object,
  ) => {
    const answer = await fetch(`${parts.server.url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, json: text === "" ? null : JSON.parse(text) };
  };
  return { ...parts, ask };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("the operator", () => {
  test("makes a site whose key takes batches at once", async () => {
    const { ask, post, store, collector } = await tenancy();
    const order = { id: "new", name: "New", timeZone: "Asia/Tokyo", origins: [origin], retention: { rawDays: 30 } };
    const made = await ask("POST", "/v1/projects", operator, order);
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      ...{ id: "new", organisation: "default", timeZone: "Asia/Tokyo", origins: [origin] },
      retention: { rawDays: 30, aggregateDays: 0, snapshotDays: 0 },
      keys: [{ kind: "public", id: expect.stringMatching(/^pk_[0-9A-Za-z]{24}$/) }],
    });
    expect((await post(envelopeOf({ key: made.json.keys[0].id }))).status).toBe(204);
    await collector.settled();
    expect([...store.stored.values()]).toMatchObject([{ site: "new" }]);
    const { json } = await ask("GET", "/v1/projects");
    expect(json.projects.map(({ id }: { id: string }) => id).toSorted()).toEqual(["blog", "new", "shop"]);
    expect(JSON.stringify(json)).not.toMatch(new RegExp(`${hashOf(readKey)}|whsec_`));
  });

  test("is told which field is wrong, and changes nothing then", async () => {
    const { ask } = await tenancy();
    const faults: readonly [object, string][] = [
      [{}, "id is missing"],
      [{ id: "Shop!" }, "id has to be 1 to 63 small letters"],
      [{ id: "a", organisation: "nobody" }, "there is no nobody"],
      [{ id: "a", timeZone: "Paris" }, "timeZone has to be an IANA time zone"],
      [{ id: "a", origins: ["shop.example"] }, "origins has to be a list of 1 to 100"],
      [{ id: "a", retention: { rawDays: -1 } }, "retention has to be an object of rawDays"],
      [{ id: "a", orgins: [] }, "did you mean origins?"],
    ];
    for (const [order, message] of faults) {
      const { status, json } = await ask("POST", "/v1/projects", operator, order);
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: "query_invalid", message: expect.stringContaining(message) });
    }
    expect((await ask("GET", "/v1/projects")).json.projects).toHaveLength(2);
  });

  test.each([
    ["/v1/projects", "projects", "there is a site acme already"],
    ["/v1/organisations", "organisations", "there is an organisation acme already"],
  ])("makes one of an id at %s, also where two are ordered at once", async (path, list, message) => {
    const { ask } = await tenancy();
    const orders = ["one", "two"].map((name) => ask("POST", path, operator, { id: "acme", name }));
    const [made, refused] = (await Promise.all(orders)).toSorted((a, b) => a.status - b.status);
    expect(made?.status).toBe(201);
    const taken = { status: 409, json: { code: "id_taken", message: expect.stringContaining(message) } };
    expect(refused).toMatchObject(taken);
    expect(await ask("POST", path, operator, { id: "acme" })).toMatchObject(taken);
    const { json } = await ask("GET", path);
    const kept = json[list].filter(({ id }: { id: string }) => id === "acme");
    expect(kept).toMatchObject([{ name: made?.json.name }]);
    if (list === "projects") expect(kept[0].keys).toHaveLength(1);
    const { entries } = (await ask("GET", "/v1/audit")).json;
    const created = entries.filter(({ action }: { action: string }) => action.endsWith("_created"));
    expect(created.filter(({ action }: { action: string }) => action !== "key_created")).toHaveLength(1);
  });

  test("is nobody where no admin key is set, and not believed with another", async () => {
    const { ask } = await tenancy();
    expect((await ask("GET", "/v1/projects", { "x-admin-key": "another-key-of-some-length" })).status).toBe(401);
    expect((await ask("GET", "/v1/projects", bearer(readKey))).status).toBe(401);
    const nobody = await tenancy({ adminKey: null });
    expect((await nobody.ask("GET", "/v1/projects")).status).toBe(401);
    await expect(running({ adminKey: "short" })).rejects.toMatchObject({ code: "options_invalid" });
  });
});

describe("keys", () => {
  test("open what their scopes say, and are kept as a hash alone", async () => {
    const { ask, get, store } = await tenancy();
    const made = await ask("POST", "/v1/projects/shop/keys", operator, {
      ...{ kind: "read", label: "numbers", scopes: ["stats"] },
    });
    expect(made.json).toMatchObject({ kind: "read", label: "numbers", scopes: ["stats"] });
    const { key } = made.json;
    expect((await get("/v1/sites/shop/summary", key)).status).toBe(200);
    expect((await get("/v1/sites/shop/sessions", key)).status).toBe(403);
    expect((await get("/v1/sessions/s1", key)).status).toBe(403);
    expect((await get("/v1/sites/blog/summary", key)).status).toBe(404);
    expect(JSON.stringify(await store.registry())).not.toContain(key);
  });

  test("of somebody who does not look at visits give nobody else that right, not even unsaid", async () => {
    const { ask, get } = await tenancy();
    const order = { kind: "read", scopes: ["keys"] };
    const { key } = (await ask("POST", "/v1/projects/shop/keys", operator, order)).json;
    expect((await get("/v1/sites/shop/sessions", key)).status).toBe(403);
    const unsaid = await ask("POST", "/v1/projects/shop/keys", bearer(key), { kind: "read" });
    expect(unsaid).toMatchObject({ status: 403, json: { code: "scope_missing" } });
    const rotated = await ask("POST", "/v1/projects/shop/keys/read-1/rotate", bearer(key), {});
    expect(rotated).toMatchObject({ status: 403, json: { code: "scope_missing" } });
    expect((await ask("POST", "/v1/projects/shop/keys", bearer(key), { kind: "public" })).status).toBe(201);
    expect((await ask("POST", "/v1/projects/shop/keys", bearer(key), order)).status).toBe(201);
  });

  test("take no bound of events, scopes or origins that mean nothing to their kind", async () => {
    const { ask } = await tenancy();
    for (const order of [
      { kind: "read", eventsPerMinute: 5 },
      { kind: "relay", eventsPerMinute: 5 },
      { kind: "write", scopes: ["stats"] },
      { kind: "write", origins: [origin] },
    ]) {
      const refused = await ask("POST", "/v1/projects/shop/keys", operator, order);
      expect(refused).toMatchObject({ status: 400, json: { message: expect.stringContaining("leave") } });
    }
    const bounded = await ask("POST", "/v1/projects/shop/keys", operator, { kind: "write", eventsPerMinute: 5 });
    expect(bounded).toMatchObject({ status: 201, json: { eventsPerMinute: 5 } });
  });

  test("are rotated without a gap, and refused once the old one's time is over", async () => {
    const { ask, post, get, clock } = await tenancy();
    const path = `/v1/projects/shop/keys/${publicKey}/rotate`;
    const next = await ask("POST", path, operator, { graceSeconds: 60 });
    expect(next.status).toBe(201);
    for (const key of [publicKey, next.json.key])
      expect((await post(envelopeOf({ key, batches: [batchOf()] }))).status).toBe(204);
    const read = await ask("POST", "/v1/projects/shop/keys/read-1/rotate", operator, { graceSeconds: 60 });
    for (const key of [readKey, read.json.key]) expect((await get("/v1/sites/shop/summary", key)).status).toBe(200);
    clock.now += 61_000;
    expect((await post(envelopeOf({ batches: [batchOf()] }))).status).toBe(401);
    expect((await post(envelopeOf({ key: next.json.key, batches: [batchOf()] }))).status).toBe(204);
    expect((await get("/v1/sites/shop/summary", readKey)).status).toBe(401);
    expect((await get("/v1/sites/shop/summary", read.json.key)).status).toBe(200);
  });

  test("that are revoked while they are rotated get no time more, and none takes their place", async () => {
    const { ask, store } = await tenancy({ pollEvery: 600_000 });
    const { registry } = store;
    const revokedAt = fixtureTime + 500;
    // Another collector revokes it right after this one has read what there is.
    const revoking = async () => {
      const read = await registry();
      await store.putKey(keyOf({ revokedAt }));
      return read;
    };
    Object.assign(store, { registry: revoking });
    const path = `/v1/projects/shop/keys/${publicKey}/rotate`;
    const refused = await ask("POST", path, operator, { graceSeconds: 3_600 });
    const { keys } = await registry();
    expect(keys.find(({ id }) => id === publicKey)).toMatchObject({ revokedAt });
    expect(keys.filter(({ kind, site }) => kind === "public" && site === "shop")).toHaveLength(1);
    expect([refused.status, refused.json.code]).toEqual([404, "not_found"]);
  });

  test("are refused as soon as they are revoked, and only by who sees to their site", async () => {
    const { ask, get } = await tenancy();
    expect((await ask("DELETE", "/v1/projects/blog/keys/read-1")).status).toBe(404);
    expect((await ask("DELETE", "/v1/projects/shop/keys/read-1", bearer(readKey))).status).toBe(403);
    expect((await ask("DELETE", "/v1/projects/shop/keys/read-1")).status).toBe(204);
    expect((await get("/v1/sites/shop/summary")).status).toBe(401);
    const { entries } = (await ask("GET", "/v1/audit")).json;
    expect(entries[0]).toMatchObject({ actor: "admin", action: "key_revoked", subject: "read-1" });
  });

  test("of pages are believed from their own origins alone", async () => {
    const { ask, post, store } = await tenancy();
    await store.putSite(siteOf({ origins: ["https://shop.example", "https://beta.shop.example"] }));
    const order = { kind: "public", origins: ["https://beta.shop.example", "https://foreign.example"] };
    const made = await ask("POST", "/v1/projects/shop/keys", operator, order);
    expect(made.json).toMatchObject({ kind: "public", origins: order.origins });
    const { key } = made.json;
    const from = async (origin: string) => (await post(envelopeOf({ key, batches: [batchOf()] }), { origin })).status;
    expect(await from("https://beta.shop.example")).toBe(204);
    expect(await from("https://shop.example")).toBe(403);
    // A key opens no origin that its site does not list.
    expect(await from("https://foreign.example")).toBe(403);
  });

  test("have events of their own, so that one that sends too much leaves the others theirs", async () => {
    const { ask, post, postSigned, collector } = await tenancy();
    const order = { kind: "public", eventsPerMinute: 5 };
    const { key } = (await ask("POST", "/v1/projects/shop/keys", operator, order)).json;
    const batches = () => [batchOf()];
    const events = batchOf().events.length;
    for (let sent = 0; sent < 5; sent += events)
      expect((await post(envelopeOf({ key, batches: batches() }))).status).toBe(204);
    const refused = await post(envelopeOf({ key, batches: batches() }));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const sealed = { ...batchOf(), edge: edgeOf() };
    expect((await postSigned(sealedEnvelopeOf({ key, batches: [sealed] }))).status).toBe(429);
    expect((await post(envelopeOf({ batches: batches() }))).status).toBe(204);
    expect(await collector.metrics()).toContain(`refused_events_total{reason="quota"} ${2 * events}`);
  });
});

describe("members", () => {
  test("do what their role says, with the sites of their organisation", async () => {
    const { ask, get, store, collector } = await tenancy();
    await ask("POST", "/v1/organisations", operator, { id: "acme", name: "Acme" });
    await store.putSite(siteOf({ organisation: "acme" }));
    await collector.refresh();
    const member = async (role: string, by = operator as { readonly [name: string]: string }) =>
      (await ask("POST", "/v1/organisations/acme/members", by, { name: `a ${role}`, role })).json;
    const [owner, admin, viewer] = [await member("owner"), await member("admin"), await member("viewer")];
    const sites = await (await get("/v1/sites", viewer.key)).json();
    expect(sites.sites).toMatchObject([{ id: "shop" }]);
    const allowed = async (key: string) => [
      (await get("/v1/sites/shop/summary", key)).status,
      (await get("/v1/sites/blog/summary", key)).status,
      (await ask("GET", "/v1/sites/shop/visitors/ada", bearer(key))).status,
      (await ask("POST", "/v1/projects/shop/keys", bearer(key), { kind: "read" })).status,
      (await ask("GET", "/v1/organisations/acme/members", bearer(key))).status,
      (await ask("GET", "/v1/organisations/default/members", bearer(key))).status,
      (await ask("GET", "/v1/projects", bearer(key))).status,
    ];
    expect(await allowed(viewer.key)).toEqual([200, 404, 403, 403, 404, 404, 401]);
    expect(await allowed(admin.key)).toEqual([200, 404, 200, 201, 404, 404, 401]);
    expect(await allowed(owner.key)).toEqual([200, 404, 200, 201, 200, 404, 401]);

    const added = await member("viewer", bearer(owner.key));
    expect((await get("/v1/sites/shop/summary", added.key)).status).toBe(200);
    expect((await ask("DELETE", `/v1/organisations/acme/members/${added.id}`, bearer(owner.key))).status).toBe(204);
    expect((await get("/v1/sites/shop/summary", added.key)).status).toBe(401);
  });

  test("are gone with their membership, also where their key was not revoked", async () => {
    const { ask, get, store, collector } = await tenancy();
    const made = (await ask("POST", "/v1/organisations/default/members", operator, { name: "Eve", role: "owner" }))
      .json;
    expect((await get("/v1/sites", made.key)).status).toBe(200);
    const { key: _key, ...member } = made;
    await store.putMember({ ...member, removedAt: 1 });
    await collector.refresh();
    const refused = await get("/v1/sites", made.key);
    expect([refused.status, (await refused.json()).code]).toEqual([401, "token_invalid"]);
  });

  test.each([
    ["GET", "/v1/organisations/default/members", undefined],
    ["POST", "/v1/organisations/default/members", { name: "Mallory", role: "owner" }],
    ["DELETE", "/v1/organisations/default/members/:owner", undefined],
    ["POST", "/v1/projects/shop/keys", { kind: "read" }],
    ["POST", "/v1/projects/shop/keys/read-1/rotate", {}],
    ["DELETE", "/v1/projects/shop/keys/read-1", undefined],
  ])("that another collector has just removed change nothing here: %s %s", async (method, path, order) => {
    const { ask, store } = await tenancy({ pollEvery: 600_000 });
    const join = async (name: string) =>
      (await ask("POST", "/v1/organisations/default/members", operator, { name, role: "owner" })).json;
    const [eve, owner] = [await join("Eve"), await join("Olga")];
    const { key, ...member } = eve;
    await store.putMember({ ...member, removedAt: 1 });
    const before = structuredClone(await store.registry());
    const refused = await ask(method, path.replace(":owner", owner.id), bearer(key), order);
    expect([refused.status, refused.json.code]).toEqual([401, "token_invalid"]);
    expect(await store.registry()).toEqual(before);
  });

  test("have the store asked for what is newest only where their key is good by what is known", async () => {
    const { ask, store, collector } = await tenancy({ pollEvery: 600_000 });
    await store.putKey(keyOf({ id: "read-1", kind: "read", secret: hashOf(readKey), revokedAt: 1 }));
    await collector.refresh();
    const { registry } = store;
    let asked = 0;
    Object.assign(store, { registry: () => [asked++, registry()][1] });
    const order = { kind: "read" };
    expect((await ask("POST", "/v1/projects/shop/keys", bearer(readKey), order)).status).toBe(401);
    expect((await ask("GET", "/v1/organisations/default/members", bearer(readKey))).status).toBe(401);
    expect(asked).toBe(0);
    expect((await ask("GET", "/v1/organisations/default/members")).status).toBe(200);
    expect(asked).toBe(1);
  });

  test("give nobody a scope that they do not have", async () => {
    const { ask, store, collector } = await tenancy();
    const limited = `rd_${"f".repeat(32)}`;
    await store.putKey(keyOf({ id: "read-keys", kind: "read", secret: hashOf(limited), scopes: ["stats", "keys"] }));
    await collector.refresh();
    const order = (scopes: readonly string[]) =>
      ask("POST", "/v1/projects/shop/keys", bearer(limited), { kind: "read", scopes });
    expect((await order(["stats"])).status).toBe(201);
    expect((await order(["erase"])).json).toMatchObject({ code: "scope_missing" });
  });
});

describe("wrong keys", () => {
  test("lock their network out for a while, whatever they open, and say when to come again", async () => {
    const { ask, clock } = await tenancy({ failuresPerMinute: 3, trustProxy: ["127.0.0.1"] });
    const from = (address: string) => ({ "x-forwarded-for": address });
    const guess = (n: number) =>
      n % 3 === 0
        ? ask("GET", "/v1/projects", { "x-admin-key": `guess-${n}`, ...from(`2001:db8::${n}`) })
        : n % 3 === 1
          ? ask("GET", "/v1/sites", { ...bearer(`rd_${String(n).padStart(32, "x")}`), ...from(`2001:db8::${n}`) })
          : ask(
              "POST",
              "/track/view",
              { ...bearer(`wr_${String(n).padStart(32, "x")}`), ...from(`2001:db8::${n}`) },
              {},
            );
    for (let n = 0; n < 3; n++) expect((await guess(n)).status).toBe(401);
    const locked = await guess(3);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await ask("GET", "/v1/projects", { ...operator, ...from("2001:db8::ffff") })).status).toBe(429);
    expect((await ask("GET", "/v1/projects", { ...operator, ...from("2001:db8:0:1::1") })).status).toBe(200);
    clock.now += 60_000;
    expect((await ask("GET", "/v1/projects", { ...operator, ...from("2001:db8::ffff") })).status).toBe(200);
  });
});
