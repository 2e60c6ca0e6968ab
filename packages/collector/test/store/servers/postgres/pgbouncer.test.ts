import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { theServer } from "../../../servers/databases.js";
import { chunkOf, opening, openSite } from "../../../servers/opening.js";
import { type Pooled, startPgbouncer } from "../../../servers/pgbouncer.js";

const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime };
const { server } = theServer();

async function pooled(skip: (reason: string) => void): Promise<Pooled> {
  const missing = "PgBouncer is not installed: apt-get install pgbouncer";
  const bouncer = await startPgbouncer(server);
  if (bouncer === null) {
    if (process.env.CI === "true") throw new Error(missing);
    skip(missing);
    throw new Error(missing);
  }
  onTestFinished(bouncer.stop);
  return bouncer;
}

// It is led to the server by its socket, which one that the environment names need not have.
describe.skipIf(inject("server").tls === null)("a store behind PgBouncer, which pools sessions", () => {
  test("keeps its promises, also on connections that others had before", async ({ skip }) => {
    const place = await opening();
    const { through } = await pooled(skip);
    const url = through(place.url);
    const first = await openSite(place, { url });
    expect(await first.project(chunkOf(20))).toMatchObject({ stored: 20 });
    await first.close();
    const backend = (): unknown => {
      const connection = place.connect(url);
      const [row] = connection.table("SELECT pg_backend_pid()");
      connection.close();
      return row;
    };
    // Whoever comes next gets the connection of who went, and makes statements of the same names.
    expect(backend()).toEqual(backend());
    const next = place.open({ url });
    expect(await next.cursor("one")).toBe(20);
    expect(await next.project(chunkOf(10, 20))).toMatchObject({ stored: 10 });
    const beside = place.open({ url: place.url });
    const { numbers } = await beside.queries.summary(today);
    expect(numbers.visits).toBe(30);
    expect(await next.queries.summary(today)).toMatchObject({ numbers });
  });

  test("is away where PgBouncer is", async ({ skip }) => {
    const place = await opening();
    const { through, stop } = await pooled(skip);
    const store = await openSite(place, { url: through(place.url) });
    await stop();
    await expect(store.project(chunkOf(5))).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(store.queries.summary(today)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});
