import { describe, expect, test } from "vitest";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

async function initialised(): Promise<string> {
  const cwd = temporaryFolder();
  await runHere(cwd, ["init", "--name", "Shop"]);
  return cwd;
}

describe("isotherm keys", () => {
  test("says what to do where there are none", async () => {
    expect((await runHere(temporaryFolder(), ["keys", "list"])).out).toMatch(/No keys yet\. isotherm init/);
  });

  test("lists every key without a secret", async () => {
    const { out } = await runHere(await initialised(), ["keys", "list"]);
    expect(out.split("\n")).toHaveLength(4);
    expect(out).toMatch(/public {2}pk_\w{24} +shop/);
    expect(out).toMatch(/relay {3}rk_\w{12}/);
    expect(out).not.toMatch(/whsec_|rd_|[0-9a-f]{64}/);
  });

  test("creates each kind, showing what is secret once", async () => {
    const cwd = await initialised();
    const made = async (...args: string[]): Promise<string> => (await runHere(cwd, ["keys", "create", ...args])).out;
    expect(await made("public", "--label", "new")).toMatch(/^pk_\w{24} {2}public key for shop$/);
    expect(await made("read")).toMatch(/Key {6}rd_\w{32} {2}\(shown this once\)/);
    const relay = await made("relay", "--label", "edge-1");
    expect(relay).toMatch(/ISOTHERM_RELAY_COLLECTOR_KEY_ID=rk_\w{12}\n/);
    expect(relay).toMatch(/ISOTHERM_RELAY_COLLECTOR_SECRETS=whsec_/);
    const { out } = await runHere(cwd, ["keys", "list"]);
    expect(out.split("\n")).toHaveLength(7);
    expect(out).toContain("edge-1");
  });

  test("revokes by id, once", async () => {
    const cwd = await initialised();
    const id = /pk_\w{24}/.exec((await runHere(cwd, ["keys", "list"])).out)?.[0] ?? "";
    expect((await runHere(cwd, ["keys", "revoke", id])).out).toBe(`Revoked ${id}.`);
    expect((await runHere(cwd, ["keys", "revoke", id])).out).toMatch(/was revoked on \d{4}-/);
    expect((await runHere(cwd, ["keys", "list"])).out).toMatch(new RegExp(`${id}.*revoked`));
  });

  test("revokes a read key by the key itself, without showing it", async () => {
    const cwd = await initialised();
    const { out } = await runHere(cwd, ["keys", "create", "read"]);
    const key = /rd_\w{32}/.exec(out)?.[0] ?? "";
    const revoked = await runHere(cwd, ["keys", "revoke", key]);
    expect(revoked.out).toMatch(/^Revoked read_/);
    const unknown = await runHere(cwd, ["keys", "revoke", `rd_${"x".repeat(32)}`]);
    expect(unknown.err).not.toContain("xxx");
  });

  test("makes new keys at the next init for those that were revoked", async () => {
    const cwd = await initialised();
    const { out } = await runHere(cwd, ["keys", "list"]);
    for (const id of out.match(/(pk|rk|read)_\w+/g) ?? []) await runHere(cwd, ["keys", "revoke", id]);
    const again = await runHere(cwd, ["init"]);
    expect(again.out).toMatch(/Read key {5}rd_\w{32} {2}\(opens the dashboard; shown this once\)/);
    expect((await runHere(cwd, ["keys", "list"])).out.match(/ valid /g)).toHaveLength(3);
  });

  test("answers an unknown site or key with the nearest one", async () => {
    const cwd = await initialised();
    const site = await runHere(cwd, ["keys", "create", "public", "--site", "shp"]);
    expect(site).toMatchObject({ code: 1, err: "error: --site: shp is unknown; did you mean shop?" });
    const key = await runHere(cwd, ["keys", "revoke", "rk_none"]);
    expect(key.err).toMatch(/^error: no key has the id rk_none; isotherm keys list shows what there is$/);
  });

  test("asks which site a public key is for when there are several", async () => {
    const cwd = await initialised();
    await runHere(cwd, ["init", "--site", "blog"]);
    const { code, err } = await runHere(cwd, ["keys", "create", "public"]);
    expect(code).toBe(2);
    expect(err).toMatch(/--site: a public key opens one site; choose one of/);
  });
});
