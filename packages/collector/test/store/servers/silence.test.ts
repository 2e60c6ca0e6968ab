import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { encodeArrival } from "../../../src/project/record.js";
import { type Line, lineTo } from "../../servers/cut.js";
import { databaseName, type ServerKind, theServer } from "../../servers/databases.js";
import { siteOf } from "../site.js";
import { visitOf } from "../visit.js";

async function lineOf(kind: ServerKind): Promise<{ readonly line: Line; readonly url: string }> {
  const name = databaseName();
  const url = await kind.create(name);
  const line = await lineTo(url);
  onTestFinished(async () => {
    await line.close();
    await kind.drop(name);
  });
  return { line, url };
}

const kind = theServer();

describe(`a network that loses packets without a word (${kind.name})`, () => {
  test("is given up after a while, and the store works again by itself", async () => {
    const { line } = await lineOf(kind);
    const store = kind.store({ url: line.url, readers: 1, deadline: 60_000, patience: 6_000 });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    line.silence();
    await expect(store.ping()).rejects.toMatchObject({ code: "store_unavailable" });
    line.speak();
    await vi.waitFor(() => store.ping(), { timeout: 50_000 });
    const [batch] = visitOf({ visitor: "a", at: fixtureTime });
    if (!batch) throw new Error("no batch");
    const records = [encodeArrival({ site: "shop", batch, receivedAt: fixtureTime }).data];
    expect(await store.project({ journal: "one", from: 0, to: 1, records })).toMatchObject({ stored: 1 });
  });

  test("keeps nobody from closing the store", async () => {
    const { line } = await lineOf(kind);
    const store = kind.store({ url: line.url, readers: 1, deadline: 60_000, patience: 6_000 });
    await store.migrate();
    line.silence();
    await store.close();
    await expect(store.ping()).rejects.toMatchObject({ message: "the store is closed" });
  });

  test("does not leave the write lock with a client that is gone", async () => {
    const { url } = await lineOf(kind);
    const connection = kind.database(url).connect("write");
    onTestFinished(() => connection.close());
    const longest = connection.write(() =>
      kind.name === "postgres"
        ? connection.get("SELECT current_setting('idle_in_transaction_session_timeout') AS longest")
        : connection.get("SELECT @@idle_transaction_timeout AS longest"),
    );
    expect(longest).toEqual({ longest: kind.name === "postgres" ? "1min" : 60 });
  });
});
