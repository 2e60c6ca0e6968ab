import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventSchemas } from "@isotherm/protocol/schema";
import { describe, expect, test } from "vitest";
import { characters } from "../../src/validate/characters.js";
import { compiled } from "../../src/validate/compiled.js";

const script = fileURLToPath(new URL("../../scripts/compile-validators.mjs", import.meta.url));

describe("the compiled validators", () => {
  test("are those of the schemas as they are now", { timeout: 30_000 }, async () => {
    // Fails with the command that mends it.
    await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toMatchObject({ stderr: "" });
  });

  test("need nothing but our own code, and build none", async () => {
    const code = await readFile(new URL("../../src/validate/compiled.ts", import.meta.url), "utf8");
    expect([...code.matchAll(/from "([^"]+)"/g)].map(([, from]) => from)).toEqual([
      "./characters.js",
      "./validator.js",
    ]);
    expect(code).not.toMatch(/require\(|eval\(|new Function/);
  });

  test("exist for every event type", () => {
    for (const type of Object.keys(eventSchemas)) expect(compiled[`event:${type}`]).toBeTypeOf("function");
  });
});

describe("characters", () => {
  test("counts code points", () => {
    expect(["", "abc", "é", "🙂🙂", "\ud800", "e\u0301"].map(characters)).toEqual([0, 3, 1, 2, 1, 2]);
  });
});
