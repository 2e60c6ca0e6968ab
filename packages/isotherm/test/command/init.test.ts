import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/system/store.js";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

const flags = ["--name", "My shop", "--origin", "https://shop.example", "--time-zone", "Europe/Paris"];

async function registryOf(cwd: string) {
  const store = await openStore({ database: join(cwd, "isotherm-data/collector/isotherm.db") }, { threads: false });
  return store.registry().finally(() => store.close());
}

describe("isotherm init", () => {
  test("makes a site, its keys and first-party paths, and prints the snippets", async () => {
    const cwd = temporaryFolder();
    const { code, out, err } = await runHere(cwd, ["init", ...flags]);
    expect({ code, err }).toEqual({ code: 0, err: "" });

    const config = JSON.parse(readFileSync(join(cwd, "isotherm.config.json"), "utf8"));
    const { intake, script } = config.relay.paths;
    expect(intake).toMatch(/^\/[a-z][a-z0-9]{7}$/);
    expect(script).toMatch(/^\/[a-z][a-z0-9]{7}$/);
    const { sites, keys } = await registryOf(cwd);
    expect(sites).toMatchObject([
      { id: "my-shop", name: "My shop", origins: ["https://shop.example"], timeZone: "Europe/Paris", demo: false },
    ]);
    expect(keys.map(({ kind }) => kind).sort()).toEqual(["public", "read", "relay"]);

    const tag = out.split("\n").find((line) => line.startsWith("<script"));
    const publicKey = keys.find(({ kind }) => kind === "public")?.id;
    expect(publicKey).toMatch(/^pk_[A-Za-z0-9]{24}$/);
    expect(tag).toContain(`data-key="${publicKey}"`);
    expect(tag).toContain(`data-to="${intake}"`);
    expect(tag).toMatch(new RegExp(`src="${script}/[0-9a-f]+\\.js" integrity="sha384-[A-Za-z0-9+/]{64}"`));
    expect(out).toContain(`key: "${publicKey}"`);
    const readKey = /rd_[A-Za-z0-9]{32}/.exec(out)?.[0] ?? "";
    expect(keys.find(({ kind }) => kind === "read")?.secret).toBe(createHash("sha256").update(readKey).digest("hex"));
  });

  test("changes nothing when it runs again, prints what is there, and shows the read key no more", async () => {
    const cwd = temporaryFolder();
    const first = await runHere(cwd, ["init", ...flags]);
    const files = ["isotherm.config.json", "isotherm-data/secrets.json"].map((name) => join(cwd, name));
    const before = files.map((file) => readFileSync(file, "utf8"));
    const registry = await registryOf(cwd);
    const second = await runHere(cwd, ["init", ...flags]);
    expect(second.code).toBe(0);
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
    expect(await registryOf(cwd)).toEqual(registry);
    expect(second.out).toContain("Nothing to do");
    expect(second.err).toBe("");
    expect(second.out).not.toMatch(/rd_[A-Za-z0-9]{8}/);
    const tag = (out: string): string | undefined => out.split("\n").find((line) => line.startsWith("<script"));
    expect(tag(second.out)).toBe(tag(first.out));
  });

  test("says which flags change nothing about a site that is there", async () => {
    const cwd = temporaryFolder();
    await runHere(cwd, ["init", ...flags]);
    const { code, err } = await runHere(cwd, ["init", "--name", "Other", "--origin", "https://other.example"]);
    expect(code).toBe(0);
    expect(err).toContain("--name, --origin changed nothing: the site my-shop is there; change it in");
    expect((await registryOf(cwd)).sites).toMatchObject([{ name: "My shop", origins: ["https://shop.example"] }]);
  });

  test("makes a database that only its owner can read, as relay secrets are in it", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ collector: { database: "./own.db" } }));
    await runHere(cwd, ["init", ...flags]);
    expect(statSync(join(cwd, "own.db")).mode & 0o777).toBe(0o600);
  });

  test("keeps secrets in one file that only its owner can read, and nowhere else", async () => {
    const cwd = temporaryFolder();
    const { out } = await runHere(cwd, ["init", ...flags]);
    const file = join(cwd, "isotherm-data/secrets.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { relay, readKey } = JSON.parse(readFileSync(file, "utf8"));
    expect(out).not.toContain(relay.secret);
    const config = readFileSync(join(cwd, "isotherm.config.json"), "utf8");
    expect(config).not.toContain(relay.secret);
    expect(config).not.toContain(readKey);
  });

  test("adds a second site beside the first, with the same paths", async () => {
    const cwd = temporaryFolder();
    await runHere(cwd, ["init", ...flags]);
    const before = JSON.parse(readFileSync(join(cwd, "isotherm.config.json"), "utf8"));
    expect((await runHere(cwd, ["init", "--site", "blog", "--name", "Blog"])).code).toBe(0);
    const after = JSON.parse(readFileSync(join(cwd, "isotherm.config.json"), "utf8"));
    expect(after.relay).toEqual(before.relay);
    expect(after.sites.map(({ id }: { id: string }) => id)).toEqual(["my-shop", "blog"]);
    expect((await registryOf(cwd)).sites.map(({ id }) => id).sort()).toEqual(["blog", "my-shop"]);
  });

  test("takes a changed name and origins from the configuration", async () => {
    const cwd = temporaryFolder();
    await runHere(cwd, ["init", ...flags]);
    const file = join(cwd, "isotherm.config.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    config.sites[0].origins = ["https://new.example"];
    writeFileSync(file, JSON.stringify(config));
    expect((await runHere(cwd, ["init"])).code).toBe(0);
    expect((await registryOf(cwd)).sites[0]?.origins).toEqual(["https://new.example"]);
  });

  test("adds to a JSON configuration without losing what was in it", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "isotherm.config.json"), '{ "log": "info", "relay": { "port": 9000 } }');
    await runHere(cwd, ["init", ...flags]);
    const config = JSON.parse(readFileSync(join(cwd, "isotherm.config.json"), "utf8"));
    expect(config).toMatchObject({ log: "info", relay: { port: 9000, paths: { intake: expect.any(String) } } });
  });

  test("says what to write by hand where the configuration is a module", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "isotherm.config.mjs"), "export default {};");
    const { code, err } = await runHere(cwd, ["init", ...flags]);
    expect(code).toBe(1);
    expect(err).toMatch(/isotherm\.config\.mjs: isotherm writes only JSON; add this by hand: \{"sites"/);
  });

  test("refuses a wrong origin and time zone by name", async () => {
    const cwd = temporaryFolder();
    expect((await runHere(cwd, ["init", "--origin", "shop.example"])).err).toMatch(/origins\[0\]: must be an origin/);
    expect((await runHere(cwd, ["init", "--time-zone", "Europe/Pariss"])).err).toMatch(/did you mean Europe\/Paris\?/);
  });
});
