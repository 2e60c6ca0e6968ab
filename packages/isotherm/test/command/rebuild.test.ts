import { join } from "node:path";
import { sqliteStore } from "@isotherm/collector/sqlite";
import { describe, expect, test } from "vitest";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

describe("isotherm rebuild", () => {
  test("says what is missing where nothing was stored, and names what it can derive", async () => {
    const cwd = temporaryFolder();
    const nothing = await runHere(cwd, ["rebuild", "days"]);
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringMatching(/isotherm\.db is not there/)]);
    expect(await runHere(cwd, ["rebuild", "hours"])).toMatchObject({ code: 2 });
  });

  test("derives each model again, beside a collector that has the database open", async () => {
    const cwd = temporaryFolder();
    await runHere(cwd, ["init", "--name", "Shop"]);
    const store = await sqliteStore({ file: join(cwd, "isotherm-data/collector/isotherm.db"), threads: false });
    try {
      for (const model of ["heat", "sessions", "days"]) {
        const { code, err } = await runHere(cwd, ["rebuild", model]);
        expect([code, err]).toEqual([0, expect.stringContaining(`Derived ${model} again.`)]);
        await store.ping();
      }
    } finally {
      await store.close();
    }
  });
});
