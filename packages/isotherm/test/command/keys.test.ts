import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/system/store.js";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

async function initialised(): Promise<string> {
  const cwd = temporaryFolder();
  await runHere(cwd, ["init", "--name", "Shop"]);
  return cwd;
}

describe("isotherm keys", () => {
  test("says what to do where there are none, and makes no database that no service would know", async () => {
    const cwd = temporaryFolder();
    for (const command of [["list"], ["create", "relay"]]) {
      const { code, err } = await runHere(cwd, ["keys", ...command]);
      expect([code, err.split("\n").length]).toEqual([1, 1]);
      expect(err).toMatch(/isotherm\.db is not there: nothing has been stored yet; run this as the service runs/);
    }
    expect(readdirSync(cwd)).toEqual([]);
    await runHere(cwd, ["migrate"]);
    expect((await runHere(cwd, ["keys", "list"])).out).toMatch(/No keys yet\. isotherm init/);
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
    expect(await made("write")).toMatch(/write key for shop\nKey {6}wr_\w{32} {2}\(shown this once\)/);
    const relay = await made("relay", "--label", "edge-1");
    expect(relay).toMatch(/ISOTHERM_RELAY_COLLECTOR_KEY_ID=rk_\w{12}\n/);
    expect(relay).toMatch(/ISOTHERM_RELAY_COLLECTOR_SECRETS=whsec_/);
    const { out } = await runHere(cwd, ["keys", "list"]);
    expect(out.split("\n")).toHaveLength(8);
    expect(out).not.toMatch(/wr_|[0-9a-f]{64}/);
    expect(out).toContain("edge-1");
  });

  test("makes a relay's key of which it keeps the public half alone", async () => {
    const cwd = await initialised();
    const { out } = await runHere(cwd, ["keys", "create", "relay", "--ed25519"]);
    expect(out).toMatch(/ISOTHERM_RELAY_COLLECTOR_SECRETS=whsk_[A-Za-z0-9+/]{43}=/);
    const shown = /whsk_(\S+)/.exec(out)?.[1] ?? "";
    const database = readFileSync(join(cwd, "isotherm-data/collector/isotherm.db"), "latin1");
    expect(database).toContain("whpk_");
    expect(database).not.toContain(shown);
    expect((await runHere(cwd, ["keys", "create", "read", "--ed25519"])).err).toContain("--ed25519: a read key");
  });

  test("rotates a relay's secret in two steps, each kind to each", async () => {
    const cwd = await initialised();
    const id = /rk_\w{12}/.exec((await runHere(cwd, ["keys", "list"])).out)?.[0] ?? "";
    const rotate = async (...flags: string[]) => runHere(cwd, ["keys", "rotate", id, ...flags]);
    expect((await rotate("--done")).out).toBe(`${id} has one secret; nothing is to be done.`);
    expect((await rotate("--ed25519")).out).toMatch(/SECRETS=whsk_/);
    const twice = await rotate();
    expect(twice.code).toBe(2);
    expect(twice.err).toContain(`isotherm keys rotate ${id} --done`);
    expect((await rotate("--done")).out).toBe(`${id} is believed with its newest secret alone.`);
    expect((await rotate()).out).toMatch(/SECRETS=whsec_/);
    await runHere(cwd, ["keys", "revoke", id]);
    expect((await rotate()).err).toContain("was revoked; make another");
    const page = /pk_\w{24}/.exec((await runHere(cwd, ["keys", "list"])).out)?.[0] ?? "";
    expect((await runHere(cwd, ["keys", "rotate", page])).err).toContain("is a public key");
  });

  test.each([
    ["of two secrets", []],
    ["of a key pair", ["--ed25519"]],
  ])("gives this machine's relay the newest %s, so that its next start makes no other key", async (_, flags) => {
    const cwd = await initialised();
    const id = /rk_\w{12}/.exec((await runHere(cwd, ["keys", "list"])).out)?.[0] ?? "";
    const { out } = await runHere(cwd, ["keys", "rotate", id, ...flags]);
    const kept = JSON.parse(readFileSync(join(cwd, "isotherm-data/secrets.json"), "utf8"));
    expect(out).toMatch(/signs with it from its next start: .*secrets\.json\n/);
    expect(out).toContain(`ISOTHERM_RELAY_COLLECTOR_SECRETS=${kept.relay.secret}`);
    for (const step of ["", "--done"]) {
      if (step !== "") await runHere(cwd, ["keys", "rotate", id, step]);
      await runHere(cwd, ["init"]);
      expect((await runHere(cwd, ["keys", "list"])).out.match(/rk_\w{12}/g)).toEqual([id]);
    }
  });

  test("revokes by id, once", async () => {
    const cwd = await initialised();
    const id = /pk_\w{24}/.exec((await runHere(cwd, ["keys", "list"])).out)?.[0] ?? "";
    expect((await runHere(cwd, ["keys", "revoke", id])).out).toBe(`Revoked ${id}.`);
    expect((await runHere(cwd, ["keys", "revoke", id])).out).toMatch(/was revoked on \d{4}-/);
    expect((await runHere(cwd, ["keys", "list"])).out).toMatch(new RegExp(`${id}.*revoked`));
  });

  test("gives a read key the scopes that are asked for, and no other kind any", async () => {
    const cwd = await initialised();
    const create = (kind: string, scopes: string) => runHere(cwd, ["keys", "create", kind, "--scopes", scopes]);
    const { out } = await create("read", "stats, erase");
    const hash = createHash("sha256")
      .update(/rd_\w{32}/.exec(out)?.[0] ?? "")
      .digest("hex");
    const store = await openStore({ database: join(cwd, "isotherm-data/collector/isotherm.db") }, { threads: false });
    const { keys } = await store.registry();
    await store.close();
    expect(keys.find(({ secret }) => secret === hash)?.scopes).toEqual(["stats", "erase"]);
    expect((await create("read", "exports")).err).toContain(
      '--scopes: there is no scope "exports"; did you mean export?',
    );
    expect((await create("read", "")).err).toContain("choose of stats, visitors, export, erase, keys");
    expect((await create("write", "stats")).err).toContain("--scopes: a write key has none");
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
