import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
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

test("the values that a day tells apart are as many as the configuration says, on SQLite too", async () => {
  const mostOf = async (environment: NodeJS.ProcessEnv): Promise<number | undefined> =>
    (await resolveConfig({ cwd: folder, environment })).collector.store.mostValues;
  expect(await mostOf({})).toBe(10_000);
  expect(await mostOf({ ISOTHERM_COLLECTOR_STORE_MOST_VALUES: "1" })).toBe(1);
  const wrong = mostOf({ ISOTHERM_COLLECTOR_STORE_MOST_VALUES: "0" });
  await expect(wrong).rejects.toThrow(/^environment: collector\.store\.mostValues: must be >= 1/);
  // What the store itself refuses has come to it.
  for (const store of [{}, { url: "postgres://nobody@127.0.0.1:1/none" }]) {
    const choice = { database: join(folder, "isotherm.db"), store: { ...store, mostValues: 0.5 } };
    const opened = connectStore(choice, { threads: false });
    await expect(opened).rejects.toMatchObject({ code: "options_invalid", message: expect.stringContaining("0.5") });
  }
});
