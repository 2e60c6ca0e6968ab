import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

test("migrate runs the steps of the schema once, and says which", async () => {
  const cwd = temporaryFolder();
  const first = await runHere(cwd, ["migrate"]);
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toMatch(/^Done: 1 \(first\), 2 \(snapshots\), /);
  expect(await runHere(cwd, ["migrate"])).toMatchObject({
    code: 0,
    out: "Nothing to do: the schema is up to date.",
  });
});

test("migrate --dry-run prints the SQL, runs none of it, and makes no file", async () => {
  const cwd = temporaryFolder();
  const { code, out } = await runHere(cwd, ["migrate", "--dry-run"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^-- 1: first\nCREATE TABLE sites/);
  expect(out.trimEnd().endsWith(";")).toBe(true);
  expect(existsSync(join(cwd, "isotherm-data"))).toBe(false);
  expect((await runHere(cwd, ["migrate"])).out).toMatch(/^Done: /);
  const after = await runHere(cwd, ["migrate", "--dry-run"]);
  expect(after).toMatchObject({ code: 0, out: "", err: "Nothing to do: the schema is up to date." });
});

test("migrate finds the database that other tools' variables name, unless the configuration names one", async () => {
  const cwd = temporaryFolder();
  const file = join(cwd, "other.db");
  await runHere(cwd, ["migrate"], { SQLITE_FILE: "other.db", HEAT_DIALECT: "sqlite", DATABASE_URL: "postgres://h/d" });
  expect(existsSync(file)).toBe(true);
  writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ collector: { database: "own.db" } }));
  await runHere(cwd, ["migrate"], { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  expect(existsSync(join(cwd, "own.db"))).toBe(true);
});

test.each([
  [{ HEAT_DIALECT: "oracle", DATABASE_URL: "oracle://db" }, /^error: HEAT_DIALECT: must be sqlite, postgres, /],
  [{ HEAT_DIALECT: "mysql", DATABASE_URL: "postgres://h/d" }, /^error: DATABASE_URL: must be an address as mysql:/],
  [
    { DATABASE_URL: "mongodb://u:secret@h/d" },
    /collector\.store\.url: must be postgres:\/\/user:password@host\/database/,
  ],
])("migrate refuses %o in one line that names the field", async (environment, line) => {
  const { code, err } = await runHere(temporaryFolder(), ["migrate"], environment as NodeJS.ProcessEnv);
  expect(code).toBe(2);
  expect(err).toMatch(line);
  expect(err).not.toContain("secret");
});

test("migrate says in one line that the database is away", async () => {
  const { code, err } = await runHere(temporaryFolder(), ["migrate"], {
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
  });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: the database failed: .*ECONNREFUSED/);
  expect(err.split("\n")).toHaveLength(1);
});

test("a command that may not migrate refuses a schema that lacks steps, and names the command that helps", async () => {
  const cwd = temporaryFolder();
  const never = { ISOTHERM_COLLECTOR_AUTO_MIGRATE: "false" };
  mkdirSync(join(cwd, "isotherm-data/collector"), { recursive: true });
  writeFileSync(join(cwd, "isotherm-data/collector/isotherm.db"), "");
  const { code, err } = await runHere(cwd, ["keys", "list"], never);
  expect(code).toBe(1);
  expect(err).toMatch(/lacks the schema steps 1 \(first\), .*: run isotherm migrate$/);
  await runHere(cwd, ["migrate"], never);
  expect(await runHere(cwd, ["keys", "list"], never)).toMatchObject({ code: 0 });
});
