import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolveSites } from "../../src/config/sites.js";
import { relaySecret } from "../../src/setup/key.js";
import { prepare } from "../../src/setup/prepare.js";
import { readSecrets, writeSecrets } from "../../src/setup/secrets.js";
import { openStore } from "../../src/system/store.js";
import { temporaryFolder } from "../temporary-folder.js";

const sites = resolveSites([{ id: "shop", timeZone: "Europe/Paris" }], "test");

async function machine() {
  const data = temporaryFolder();
  const store = await openStore({ database: join(data, "isotherm.db") }, { threads: false });
  onTestFinished(() => store.close());
  return { store, data, sites, now: 1_700_000_000_000 };
}

describe("prepare", () => {
  test("makes everything once, and then finds it", async () => {
    const options = await machine();
    const first = await prepare(options);
    expect(first.made).toEqual(["site", "public key", "read key", "relay key"]);
    const second = await prepare({ ...options, now: options.now + 1 });
    expect(second).toEqual({ ...first, made: [] });
  });

  test("lets a store that was lost be followed by keys that work, and by the ones that pages hold", async () => {
    const options = await machine();
    const { data } = options;
    const before = await prepare(options);
    const other = await openStore({ database: join(data, "other.db") }, { threads: false });
    onTestFinished(() => other.close());
    const again = await prepare({ store: other, data, sites, now: 1 });
    const { keys } = await other.registry();
    expect(keys.find(({ kind }) => kind === "relay")).toMatchObject({
      id: again.relay.keyId,
      secret: again.relay.secret,
    });
    expect(again.sites.map(({ publicKey }) => publicKey)).toEqual(before.sites.map(({ publicKey }) => publicKey));
    expect(keys.filter(({ kind }) => kind === "public")).toMatchObject([
      { id: before.sites[0]?.publicKey, site: "shop", revokedAt: null },
    ]);
    expect(again.made).not.toContain("public key");
  });

  test("does not bring a revoked public key back", async () => {
    const options = await machine();
    const before = await prepare(options);
    const [key] = (await options.store.registry()).keys.filter(({ kind }) => kind === "public");
    if (key === undefined) throw new Error("there is a public key");
    await options.store.putKey({ ...key, revokedAt: 1 });
    const after = await prepare(options);
    expect(after.made).toEqual(["public key"]);
    expect(after.sites[0]?.publicKey).not.toBe(before.sites[0]?.publicKey);
  });

  test("keeps a relay's credential while its key is rotated, and makes another when it is refused", async () => {
    const options = await machine();
    const { relay } = await prepare(options);
    const key = (await options.store.registry()).keys.find(({ id }) => id === relay.keyId);
    if (key === undefined) throw new Error("the relay's key is kept");
    const [other, pair] = [await relaySecret(false), await relaySecret(true)];
    await options.store.putKey({ ...key, secret: `${relay.secret} ${other.kept}` });
    expect(await prepare(options)).toMatchObject({ relay, made: [] });
    await options.store.putKey({ ...key, secret: other.kept });
    const made = await prepare(options);
    expect(made.made).toEqual(["relay key"]);
    expect(made.relay.keyId).not.toBe(relay.keyId);
    await writeSecrets(options.data, { ...(await readSecrets(options.data)), relay: { ...relay, secret: pair.shown } });
    await options.store.putKey({ ...key, secret: `${other.kept} ${pair.kept}` });
    expect(await prepare(options)).toMatchObject({ relay: { ...relay, secret: pair.shown }, made: [] });
  });

  test("changes a site's facts, and keeps when it was made", async () => {
    const options = await machine();
    await prepare(options);
    await prepare({ ...options, now: 1, sites: resolveSites([{ id: "shop", name: "Shop", timeZone: "UTC" }], "test") });
    expect((await options.store.registry()).sites).toMatchObject([
      { id: "shop", name: "Shop", timeZone: "UTC", createdAt: options.now },
    ]);
  });

  test("tells a site that is there what the configuration says of its retention and organisation by now", async () => {
    const options = await machine();
    await prepare(options);
    const site = { id: "shop", timeZone: "Europe/Paris", retention: { rawDays: 90 }, organisation: "acme" };
    await prepare({ ...options, sites: resolveSites([site], "test") });
    expect((await options.store.registry()).sites).toMatchObject([
      { organisation: "acme", retention: { rawDays: 90, aggregateDays: 0, snapshotDays: 0 } },
    ]);
  });
});
