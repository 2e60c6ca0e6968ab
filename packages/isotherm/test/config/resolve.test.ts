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

  test("takes the operator's key from the environment alone, and none that can be guessed", async () => {
    const cwd = temporaryFolder();
    const key = "a-key-of-at-least-24-characters";
    const keyOf = async (environment: NodeJS.ProcessEnv) =>
      (await resolveConfig({ cwd, environment })).collector.adminKey;
    expect(await keyOf({ ISOTHERM_ADMIN_KEY: key })).toBe(key);
    expect(await keyOf({})).toBeNull();
    await expect(keyOf({ ISOTHERM_ADMIN_KEY: "short" })).rejects.toThrow(
      "ISOTHERM_ADMIN_KEY: must have 24 characters at least; make one with: openssl rand -base64 32",
    );
  });

  test("says what is missing of tokens, wherever the rest was said", async () => {
    const cwd = temporaryFolder();
    write(cwd, "isotherm.config.json", JSON.stringify({ collector: { auth: { mode: "jwt", issuer: "me" } } }));
    const jwks = { ISOTHERM_COLLECTOR_AUTH_JWKS_URL: "https://id.example/jwks.json" };
    await expect(resolveConfig({ cwd, environment: jwks })).rejects.toThrow(
      "isotherm.config.json: collector.auth.audience is missing; mode jwt needs it",
    );
    const environment = { ...jwks, ISOTHERM_COLLECTOR_AUTH_AUDIENCE: "isotherm" };
    expect((await resolveConfig({ cwd, environment })).collector.auth).toEqual({
      ...{ mode: "jwt", issuer: "me", audience: "isotherm", jwksUrl: "https://id.example/jwks.json" },
    });
  });

  test.each([
    [{ collector: { auth: { mode: "token" } } }, "collector.auth.mode: must be"],
    [
      { collector: { auth: { jwksUrl: "http://id.example" } } },
      "collector.auth.jwksUrl: must be an address with https",
    ],
    [{ sites: [{ id: "shop", retention: { rawDays: -1 } }] }, "sites[0].retention.rawDays: must be"],
    [{ sites: [{ id: "shop", organisation: "My Company" }] }, "sites[0].organisation: must be 1 to 63 small letters"],
  ])("refuses %j in one line that names the field", async (config, message) => {
    const cwd = temporaryFolder();
    write(cwd, "isotherm.config.json", JSON.stringify(config));
    await expect(resolveConfig({ cwd, environment: {} })).rejects.toThrow(message);
  });
});
