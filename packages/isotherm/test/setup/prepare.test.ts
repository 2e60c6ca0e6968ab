import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolveSites } from "../../src/config/sites.js";
import { prepare } from "../../src/setup/prepare.js";
import { openStore } from "../../src/system/store.js";
import { temporaryFolder } from "../temporary-folder.js";

const sites = resolveSites([{ id: "shop", timeZone: "Europe/Paris" }], "test");

async function machine() {
  const data = temporaryFolder();
  const store = await openStore(join(data, "isotherm.db"), { threads: false });
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

  test("lets a store that was lost be followed by keys that work, under the same secrets file", async () => {
    const { data } = await machine().then(async (options) => {
      await prepare(options);
      return options;
    });
    const other = await openStore(join(data, "other.db"), { threads: false });
    onTestFinished(() => other.close());
    const again = await prepare({ store: other, data, sites, now: 1 });
    const { keys } = await other.registry();
    expect(keys.find(({ kind }) => kind === "relay")).toMatchObject({
      id: again.relay.keyId,
      secret: again.relay.secret,
    });
  });

  test("changes a site's facts, and keeps when it was made", async () => {
    const options = await machine();
    await prepare(options);
    await prepare({ ...options, now: 1, sites: resolveSites([{ id: "shop", name: "Shop", timeZone: "UTC" }], "test") });
    expect((await options.store.registry()).sites).toMatchObject([
      { id: "shop", name: "Shop", timeZone: "UTC", createdAt: options.now },
    ]);
  });
});
