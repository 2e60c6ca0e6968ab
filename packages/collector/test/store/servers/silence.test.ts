import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Line, lineTo } from "../../servers/cut.js";
import { theServer } from "../../servers/databases.js";
import { chunkOf, type Opening, opening, openSite } from "../../servers/opening.js";

async function silenced(): Promise<{ readonly place: Opening; readonly line: Line }> {
  const place = await opening();
  const line = await lineTo(place.url);
  onTestFinished(() => line.close());
  return { place, line };
}

const patience = { deadline: 60_000, patience: 6_000 };
const kind = theServer();

describe(`a network that loses packets without a word (${kind.name})`, () => {
  test("is given up after a while, and the store works again by itself", async () => {
    const { place, line } = await silenced();
    const store = await openSite(place, { url: line.url, ...patience });
    line.silence();
    await expect(store.ping()).rejects.toMatchObject({ code: "store_unavailable" });
    line.speak();
    await vi.waitFor(() => store.ping(), { timeout: 50_000 });
    expect(await store.project(chunkOf(1))).toMatchObject({ stored: 1 });
  });

  test("keeps nobody from closing the store", async () => {
    const { place, line } = await silenced();
    const store = place.open({ url: line.url, ...patience });
    await store.migrate();
    line.silence();
    await store.close();
    await expect(store.ping()).rejects.toMatchObject({ message: "the store is closed" });
  });

  test("does not leave the write lock with a client that is gone", async () => {
    const connection = (await opening()).connect();
    const longest = connection.write(() =>
      kind.name === "postgres"
        ? connection.get("SELECT current_setting('idle_in_transaction_session_timeout') AS longest")
        : connection.get("SELECT @@idle_transaction_timeout AS longest"),
    );
    expect(longest).toEqual({ longest: kind.name === "postgres" ? "1min" : 60 });
  });
});
