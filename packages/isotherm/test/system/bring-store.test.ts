import { existsSync } from "node:fs";
import { join } from "node:path";
import { CollectorError, type CollectorErrorCode } from "@isotherm/collector";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import { bringStore } from "../../src/system/bring-store.js";
import { shownAddress } from "../../src/system/shown-address.js";
import { connectStore } from "../../src/system/store.js";
import { temporaryFolder } from "../temporary-folder.js";

const url = "postgres://ada:hush@db.example:6543/numbers?password=hush";

/** A machine whose database fails as it is told to, once for each code, and then is there. */
async function machine(faults: readonly CollectorErrorCode[]) {
  const cwd = temporaryFolder();
  const config = await resolveConfig({ cwd, environment: { ISOTHERM_COLLECTOR_STORE_URL: url } });
  const left = [...faults];
  const did = { notes: [] as string[], waits: [] as number[], tries: 0, closed: 0 };
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const bring = (known: () => Promise<string | null> = async () => null) =>
    bringStore(config, {
      ...{ now: () => 1_700_000_000_000, known, stopped },
      note: (line) => did.notes.push(line),
      async pause(ms) {
        did.waits.push(ms);
        // A timer, so that whoever stops meanwhile is heard first.
        await new Promise((resolve) => setTimeout(resolve));
      },
      async connect() {
        const store = await connectStore({ database: join(cwd, "numbers.db") }, { threads: false });
        return {
          ...store,
          async migrate() {
            did.tries++;
            const code = left.shift();
            if (code !== undefined) throw new CollectorError(code, "the database failed: ECONNREFUSED");
            await store.migrate();
          },
          async close() {
            did.closed++;
            await store.close();
          },
        };
      },
    });
  return { bring, did, stop, cwd };
}

const away = "store_unavailable";

describe("a first start whose database is away", () => {
  test("waits for it longer and longer, says so once without the password, and goes on when it comes", async () => {
    const { bring, did } = await machine(Array.from({ length: 8 }, () => away));
    const brought = await bring();
    expect(brought?.prepared).toMatchObject({
      readKey: expect.stringMatching(/^rd_/),
      made: ["read key", "relay key"],
    });
    expect(did.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(did.notes).toEqual([
      expect.stringMatching(
        /^warning: collector\.store\.url: postgres:\/\/ada@db\.example:6543\/numbers is away \(.*ECONNREFUSED\); nothing starts/,
      ),
      "The database answers.",
    ]);
    expect(did.notes.join()).not.toContain("hush");
    await brought?.store.close();
  });

  test.each([
    ...["postgres://ada:2024/hush@db/numbers", "postgres://ada:2024?hush@db/numbers"],
    ...["postgres://ada:2024#hush@db/numbers", "mysql://ada:1/hush@db/numbers"],
  ])("never shows a password, also of an address that it breaks (%s)", (broken) => {
    expect(shownAddress(broken)).toBe("what stands there");
  });

  test("begins nothing more where a person wants an end while it waits", async () => {
    const { bring, did, stop } = await machine([away]);
    const unknown = async () => {
      // It waits next.
      queueMicrotask(stop);
      return null;
    };
    expect(await bring(unknown)).toBeNull();
    expect(did).toMatchObject({ tries: 1, closed: 1 });
  });

  test("ends when a person wants it to, and closes what it opened", async () => {
    const { bring, did, stop } = await machine(Array.from({ length: 5 }, () => away));
    stop();
    expect(await bring()).toBeNull();
    expect(did.closed).toBe(1);
  });

  test("ends at once with the field and what the store says where the server lets nobody in, though it knows the keys", async () => {
    const { bring, did } = await machine([away, "store_refused"]);
    const refused = bring();
    const line =
      /^collector\.store\.url: postgres:\/\/ada@db\.example:6543\/numbers: the database failed: ECONNREFUSED$/;
    await expect(refused).rejects.toMatchObject({ code: "config_invalid", message: expect.stringMatching(line) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("hush") });
    const knowing = await machine(["store_refused"]);
    await expect(knowing.bring(async () => "keys")).rejects.toMatchObject({ code: "config_invalid" });
    expect([did.closed, knowing.did.closed, did.waits]).toEqual([1, 1, [1_000]]);
  });

  test("does not wait for what no time mends", async () => {
    const { bring, did } = await machine(["schema_ahead"]);
    await expect(bring()).rejects.toMatchObject({ code: "schema_ahead" });
    expect([did.closed, did.notes]).toEqual([1, []]);
  });
});

describe("a later start whose database is away", () => {
  test("goes on with what was known, and does in the end what was to be done", async () => {
    const { bring, did, cwd } = await machine([away, away]);
    const brought = await bring(async () => "what was known");
    expect(brought).toMatchObject({ prepared: null, known: "what was known" });
    expect(did).toMatchObject({ waits: [], notes: [expect.stringMatching(/; going on with the sites and keys/)] });
    await expect(brought?.store.migrate()).rejects.toMatchObject({ code: away });
    const secrets = join(cwd, "isotherm-data/secrets.json");
    expect(existsSync(secrets)).toBe(false);
    await brought?.store.migrate();
    expect(existsSync(secrets)).toBe(true);
    await brought?.store.close();
  });
});
