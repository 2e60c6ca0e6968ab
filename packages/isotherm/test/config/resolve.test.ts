import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import { temporaryFolder } from "../temporary-folder.js";

function write(folder: string, name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

describe("resolveConfig", () => {
  test("works without a file", async () => {
    const cwd = temporaryFolder();
    const config = await resolveConfig({ cwd, environment: {} });
    expect(config).toMatchObject({ file: null, folder: cwd, data: join(cwd, "isotherm-data"), sites: [] });
    expect(config.collector.database).toBe(join(cwd, "isotherm-data", "collector", "isotherm.db"));
  });

  test("lets flags win over the environment, and the environment over the file", async () => {
    const cwd = temporaryFolder();
    write(cwd, "isotherm.config.json", JSON.stringify({ relay: { port: 1, name: "file", requestsPerMinute: 7 } }));
    const { relay } = await resolveConfig({
      cwd,
      environment: { ISOTHERM_RELAY_PORT: "2", ISOTHERM_RELAY_NAME: "environment" },
      flags: { relay: { port: 3 } },
    });
    expect(relay).toMatchObject({ port: 3, name: "environment", requestsPerMinute: 7 });
  });

  test("takes a folder of the file from where the file is, and one of a flag from where the command runs", async () => {
    const cwd = temporaryFolder();
    const other = temporaryFolder();
    write(other, "c.json", JSON.stringify({ data: "./d", collector: { database: "./x.db", places: ["./p.mmdb"] } }));
    const file = join(other, "c.json");
    const fromFile = await resolveConfig({ cwd, environment: {}, file });
    expect(fromFile).toMatchObject({
      data: join(other, "d"),
      collector: { database: join(other, "x.db"), places: [join(other, "p.mmdb")] },
    });
    const fromFlag = await resolveConfig({ cwd, environment: {}, file, flags: { data: "./e" } });
    expect(fromFlag.data).toBe(join(cwd, "e"));
  });

  test("reads a module's default export", async () => {
    const cwd = temporaryFolder();
    write(cwd, "isotherm.config.mjs", "export default { relay: { port: 4 } };");
    expect((await resolveConfig({ cwd, environment: {} })).relay.port).toBe(4);
  });

  test("reads the file that ISOTHERM_CONFIG names", async () => {
    const cwd = temporaryFolder();
    write(cwd, "here.json", JSON.stringify({ relay: { port: 5 } }));
    expect((await resolveConfig({ cwd, environment: { ISOTHERM_CONFIG: "here.json" } })).relay.port).toBe(5);
  });

  test.each([
    ["isotherm.config.json", "{ not json", "config_unreadable"],
    ["isotherm.config.mjs", "export const config = {};", "config_unreadable"],
    ["isotherm.config.json", '{ "relay": { "prot": 1 } }', "config_invalid"],
  ])("refuses a wrong %s in one line that names the file", async (name, content, code) => {
    const cwd = temporaryFolder();
    write(cwd, name, content);
    const error = await resolveConfig({ cwd, environment: {} }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect((error as Error).message).toContain(join(cwd, name));
    expect((error as Error).message).not.toContain("\n");
  });

  test("says that a named file does not exist", async () => {
    const cwd = temporaryFolder();
    await expect(resolveConfig({ cwd, environment: {}, file: "none.json" })).rejects.toThrow(
      `--config: ${join(cwd, "none.json")} does not exist`,
    );
  });

  test("says which of the sources is wrong", async () => {
    const cwd = temporaryFolder();
    await expect(resolveConfig({ cwd, environment: { ISOTHERM_RELAY_PATHS_INTAKE: "x" } })).rejects.toThrow(
      /^environment: relay\.paths\.intake/,
    );
  });
});
