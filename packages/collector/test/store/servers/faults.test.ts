import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeArrival } from "../../../src/project/record.js";
import type { Connection } from "../../../src/store/sql/connection.js";
import type { Chunk, Store } from "../../../src/store/store.js";
import { databaseName, type ServerKind, theServer } from "../../servers/databases.js";
import { siteOf } from "../site.js";
import { visitOf } from "../visit.js";

function chunkOf(from: number): Chunk {
  const [batch] = visitOf({ visitor: "a", at: fixtureTime + from });
  if (!batch) throw new Error("no batch");
  const records = [encodeArrival({ site: "shop", batch, receivedAt: fixtureTime }).data];
  return { journal: "one", from, to: from + 1, records };
}

interface Opened {
  readonly url: string;
  readonly connection: Connection;
  open(url: string): Store;
}

async function databaseOn(kind: ServerKind): Promise<Opened> {
  const name = databaseName();
  const url = await kind.create(name);
  const connection = kind.database(url).connect("write");
  const stores: Store[] = [];
  onTestFinished(async () => {
    connection.close();
    for (const store of stores) await store.close();
    await kind.drop(name);
  });
  const open = (from: string): Store => {
    const store = kind.store({ url: from, readers: 1 });
    stores.push(store);
    return store;
  };
  return { url, connection, open };
}

const kind = theServer();

describe.runIf(kind.name === "postgres")("faults that are no record's (postgres)", () => {
  test("a table that a newer collector changed costs one attempt", async () => {
    const { url, connection, open } = await databaseOn(kind);
    const store = open(url);
    await store.migrate();
    await store.putSite(siteOf());
    await store.project(chunkOf(0));
    connection.script('ALTER TABLE "sessions" ADD COLUMN "newer" BIGINT NOT NULL DEFAULT 0');
    // It prepared its statements when the table had one column less.
    await expect(store.project(chunkOf(1))).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await store.project(chunkOf(1))).toMatchObject({ stored: 1 });
  });

  test("a connection with a setting that the server refuses", async () => {
    const { url, open } = await databaseOn(kind);
    const refused = new URL(url);
    refused.searchParams.set("options", "-c lock_timeout=nonsense");
    await expect(open(refused.href).project(chunkOf(0))).rejects.toMatchObject({ code: "store_unavailable" });
  });

  test("a stream that takes too long says so", async () => {
    const { url } = await databaseOn(kind);
    const reading = kind.database(url).connect("read");
    onTestFinished(() => reading.close());
    const slow = (): void =>
      reading.read(() => reading.each(() => undefined, "SELECT pg_sleep(0.1) FROM generate_series(1, 100)"));
    reading.script("SET statement_timeout = 1000");
    expect(slow).toThrow(expect.objectContaining({ code: "query_timeout" }));
  });
});

describe.runIf(kind.name === "mysql")("faults that are no record's (mysql)", () => {
  test("more connections than the user may have", async () => {
    const { url, connection, open } = await databaseOn(kind);
    const user = databaseName();
    connection.script(`CREATE USER ${user}@localhost IDENTIFIED BY 'word' WITH MAX_USER_CONNECTIONS 1`);
    connection.script(`GRANT ALL ON *.* TO ${user}@localhost`);
    connection.script(`REVOKE SUPER ON *.* FROM ${user}@localhost`);
    onTestFinished(() => connection.script(`DROP USER ${user}@localhost`));
    const limited = new URL(url);
    limited.username = user;
    limited.password = "word";
    const [first, second] = [open(limited.href), open(limited.href)];
    await first.migrate();
    await first.putSite(siteOf());
    await expect(second.project(chunkOf(0))).rejects.toMatchObject({ code: "store_unavailable" });
    await first.close();
    expect(await second.project(chunkOf(0))).toMatchObject({ stored: 1 });
  });
});
