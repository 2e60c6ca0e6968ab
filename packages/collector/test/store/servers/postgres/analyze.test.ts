import { describe, expect, test } from "vitest";
import { chunkOf, opening, openSite } from "../../../servers/opening.js";

describe("a store that grows from nothing (postgres)", () => {
  test("has statistics before the server makes them by itself, and not new ones at every step", async () => {
    const place = await opening();
    const store = await openSite(place);
    const connection = place.connect();
    const known = (): unknown =>
      connection.get("SELECT reltuples AS rows FROM pg_class WHERE oid = to_regclass('raw')");
    connection.script("ALTER TABLE raw SET (autovacuum_enabled = false)");
    let stored = 0;
    const add = async (visits: number): Promise<unknown> => {
      await store.project(chunkOf(visits, stored));
      stored += visits;
      return known();
    };
    expect(await add(150)).toEqual({ rows: -1 });
    expect(await add(100)).toEqual({ rows: -1 });
    expect(await add(100)).toEqual({ rows: 250 });
    expect(await add(100)).toEqual({ rows: 250 });
  });
});
