import { describe, expect, test } from "vitest";
import type { MemoryStore } from "../memory-store.js";
import { hashOf, keyOf, operatorKey, readKey, running } from "../running.js";

const hour = 3_600_000;
const path = "/v1/sites/shop/sessions";
const numbersKey = `rd_${"n".repeat(32)}`;

const readingsOf = ({ audit }: MemoryStore) => audit.filter(({ action }) => action.startsWith("visit"));

describe("who reads visits", { timeout: 60_000 }, () => {
  test("is noted once an hour for each key, site and kind of reading, however often it asks", async () => {
    const { get, store, clock } = await running();
    const noted = () => readingsOf(store).map(({ actor, action, site }) => [actor, action, site]);
    await Promise.all([get(path), get(path), get(`${path}?limit=5`), get("/api/projects/shop/sessions")]);
    expect(noted()).toEqual([["read-1", "visits_listed", "shop"]]);
    expect((await get("/api/projects/shop/events", operatorKey)).status).toBe(200);
    expect((await get("/v1/sites/blog/sessions", operatorKey)).status).toBe(200);
    for (const _ of [1, 2]) expect((await get("/v1/sessions/s1")).status).toBe(200);
    expect(noted().slice(1)).toEqual([
      ["read-3", "visits_listed", "shop"],
      ["read-3", "visits_listed", "blog"],
      ["read-1", "visit_read", "shop"],
    ]);
    clock.now += hour;
    await get(path);
    await get(path);
    expect(noted().slice(4)).toEqual([["read-1", "visits_listed", "shop"]]);
    expect(readingsOf(store).at(-1)).toMatchObject({ at: clock.now, subject: null, detail: null });
  });

  test("is not noted of numbers, nor of whoever is let see nothing", async () => {
    const { get, store, collector } = await running();
    await store.putKey(keyOf({ id: "read-n", kind: "read", secret: hashOf(numbersKey), scopes: ["stats"] }));
    await collector.refresh();
    for (const name of ["summary", "pages", "realtime", "events", "heatmap?page=/"])
      expect((await get(`/v1/sites/shop/${name}`)).status).toBe(200);
    expect((await get(path, numbersKey)).status).toBe(403);
    expect((await get("/v1/sites/blog/sessions")).status).toBe(404);
    expect((await get(`${path}?limit=none`)).status).toBe(400);
    expect((await get("/v1/sessions/s2")).status).toBe(404);
    expect(readingsOf(store)).toEqual([]);
  });

  test("is told nothing that could not be noted, and is noted once it can be", async () => {
    const { get, store } = await running();
    const { note } = store;
    store.note = async () => {
      throw new Error("the disk is full");
    };
    for (const asked of [path, "/v1/sessions/s1", "/api/projects/shop/events"]) {
      const refused = await get(asked, readKey);
      expect(refused.status).toBe(500);
      expect(await refused.text()).not.toContain("v1");
    }
    expect(store.asked.map(({ name }) => name)).toEqual(["session"]);
    store.note = note;
    expect((await get(path)).status).toBe(200);
    expect(readingsOf(store)).toMatchObject([{ action: "visits_listed" }]);
  });
});
