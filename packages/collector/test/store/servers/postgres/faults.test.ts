import { describe, expect, onTestFinished, test } from "vitest";
import { theServer } from "../../../servers/databases.js";
import { chunkOf, opening, openSite } from "../../../servers/opening.js";

describe("faults that are no record's (postgres)", () => {
  test("a table that a newer collector changed costs one attempt", async () => {
    const place = await opening();
    const store = await openSite(place);
    await store.project(chunkOf(1));
    place.connect().script('ALTER TABLE "sessions" ADD COLUMN "newer" BIGINT NOT NULL DEFAULT 0');
    // It prepared its statements when the table had one column less.
    await expect(store.project(chunkOf(1, 1))).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await store.project(chunkOf(1, 1))).toMatchObject({ stored: 1 });
  });

  test("a connection with a setting that the server refuses", async () => {
    const { url, open } = await opening();
    const refused = new URL(url);
    refused.searchParams.set("options", "-c lock_timeout=nonsense");
    const store = open({ url: refused.href });
    await expect(store.project(chunkOf(1))).rejects.toMatchObject({ code: "store_unavailable" });
  });

  test("a stream that takes too long says so", async () => {
    const { url } = await opening();
    const reading = theServer().database(url).connect("read");
    onTestFinished(() => reading.close());
    const slow = (): void =>
      reading.read(() => reading.each(() => undefined, "SELECT pg_sleep(0.1) FROM generate_series(1, 100)"));
    reading.script("SET statement_timeout = 1000");
    expect(slow).toThrow(expect.objectContaining({ code: "query_timeout" }));
  });
});
