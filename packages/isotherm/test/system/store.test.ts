import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectStore } from "../../src/system/store.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isotherm-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the bounds on queries are those of the configuration, on SQLite too", async () => {
  const database = join(folder, "isotherm.db");
  const query = { site: "shop", range: { from: "2026-03-02", to: "2026-03-02" }, filters: [], now: 0 };
  const codeWith = async (deadline: number): Promise<unknown> => {
    const store = await connectStore({ database, store: { deadline } }, { threads: true });
    try {
      await store.migrate();
      return await store.queries.delivery(query).catch(({ code }: { readonly code: string }) => code);
    } finally {
      await store.close();
    }
  };
  // A thread that answers takes longer than that to begin.
  expect(await codeWith(0.001)).toBe("query_timeout");
  expect(await codeWith(60_000)).toBe("site_unknown");
});
