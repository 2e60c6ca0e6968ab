import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqliteStore } from "../../packages/collector/src/store/sqlite/store.js";
import type { Store } from "../../packages/collector/src/store/store.js";
import { startHeatCollector } from "../kit/heat-collector.js";
import { isotherm } from "../kit/process.js";
import { begun, first, hour, payload, second } from "./heat-events.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const file = join(folder, "heat.db");

/** Runs a command line and resolves to its exit code and what it printed. */
async function run(...args: string[]): Promise<readonly [number | null, string]> {
  const running = isotherm(args, folder);
  return [await running.ended, running.output()];
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await sqliteStore({ file: join(folder, "isotherm-data/collector/isotherm.db"), threads: false });
  return use(store).finally(() => store.close());
}

beforeAll(async () => {
  const heat = await startHeatCollector(folder, { windowMs: 1_000, max: 10_000 });
  const send = async (key: string, body: object): Promise<void> => {
    const headers = { "content-type": "application/json", "x-project-key": key, "user-agent": "relay/1" };
    const url = `http://127.0.0.1:${heat.port}/ingest`;
    expect((await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status).toBe(200);
  };
  const identified = payload("s-1", first, { user: { id: "u-7" } });
  await send("pk-live", identified);
  // The answer was lost, and so it came again.
  await send("pk-live", identified);
  await send("pk-live", payload("s-2", second));
  await send("pk-test", payload("s-3", second.slice(0, 1)));
  await heat.close();
  const site = { id: "shop", name: "Shop", timeZone: "UTC", origins: ["https://shop.example"] };
  writeFileSync(join(folder, "isotherm.config.json"), JSON.stringify({ sites: [site] }));
  expect((await run("init"))[0]).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("isotherm import heat", () => {
  test("says which project it needs, and what it cannot read", async () => {
    const [code, output] = await run("import", "heat", file);
    expect([code, output]).toEqual([1, expect.stringContaining("name the project; the file has pk-live, pk-test")]);
    expect(await run("import", "heat", file, "--project", "pk-none")).toEqual([
      1,
      expect.stringContaining("there is no project pk-none; the file has pk-live, pk-test"),
    ]);
    for (const wrong of ["missing.db", "isotherm.config.json", "isotherm-data/collector/isotherm.db"])
      expect(await run("import", "heat", wrong)).toEqual([
        1,
        expect.stringContaining("no database of heat-collector's"),
      ]);
    expect(await run("import", "heat", file, "--site", "shpo")).toEqual([
      1,
      expect.stringContaining("did you mean shop?"),
    ]);
  });

  test("stores what a heat-collector from npm has, each event once, and tells what it left out", async () => {
    const [code, output] = await run("import", "heat", file, "--project", "pk-live");
    expect([code, output]).toEqual([0, expect.stringContaining("Stored 8 batches for shop.")]);
    // Each of the ten rows that s-1's events became is there twice, and one of each input and keyboard row is left.
    expect(output).toMatch(/\b10 rows are copies/);
    expect(output).toMatch(/\b2 rows are of input and keyboard events/);
    await withStore(async ({ queries }) => {
      const all = { site: "shop", path: null, from: null, to: null, limit: 100, offset: 0 } as const;
      const { events } = await queries.heatRows({ ...all, type: "all" });
      const kept = ["pageview", "click", "move", "scroll", "custom"];
      const sent = [...first, ...second].filter(({ type }) => kept.includes(type));
      expect(events.map(({ sessionId, type, ts, path }) => [sessionId, type, ts, path])).toEqual(
        sent.flatMap(({ sessionId, type, ts, path, ...own }) => {
          const points = "points" in own ? (own.points as readonly { tsOffset: number }[]) : [{ tsOffset: 0 }];
          return points.map(({ tsOffset }) => [sessionId, type, ts + tsOffset, path]);
        }),
      );
      expect(events.map(({ x, y }) => [x, y])).toEqual([
        ...[
          [null, null],
          [120, 341],
          [120, 341],
          [100, 300],
          [140, 800],
          [181, 1_300],
          [null, null],
          [null, null],
        ],
        ...[
          [null, null],
          [900, 40],
        ],
      ]);
      expect(events.find(({ type }) => type === "scroll")).toMatchObject({ scrollDepth: 50 });
      const { sessions } = await queries.heatSessions({ ...all, user: null });
      expect(sessions).toMatchObject([
        { sessionId: "s-1", userId: "u-7", startedAt: begun },
        { sessionId: "s-2", userId: null, startedAt: begun + 2 * hour },
      ]);
      const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
      const range = { from: day(begun), to: day(begun + 3 * hour) };
      const { numbers } = await queries.summary({ site: "shop", range, filters: [], now: begun });
      expect(numbers).toMatchObject({ visitors: 2, visits: 2, pageViews: 2 });
      const devices = await queries.breakdown({
        ...{ site: "shop", range, filters: [], now: begun, dimension: "system", search: "", sort: "visits" },
        ...{ limit: 10, cursor: null },
      });
      expect(devices.rows.map(({ value }) => value).sort()).toEqual(["Linux", "Windows"]);
    });
  });

  test("stores nothing twice", async () => {
    const [code, output] = await run("import", "heat", file, "--project", "pk-live");
    expect([code, output]).toEqual([0, expect.stringContaining("Stored 0 batches for shop.")]);
    expect(output).toMatch(/\b8 were stored by an earlier import/);
  });

  test("runs beside a collector, which then has what was imported", async () => {
    const collector = isotherm(["collector", "--port", "0"], folder);
    const [url] = await collector.says(/http:\/\/127\.0\.0\.1:\d+/);
    const [code, output] = await run("import", "heat", file, "--project", "pk-test");
    expect([code, output]).toEqual([0, expect.stringContaining("Stored 1 batch for shop.")]);
    const { readKey } = JSON.parse(readFileSync(join(folder, "isotherm-data/secrets.json"), "utf8"));
    const answer = await fetch(`${url}/api/sessions/s-3`, { headers: { authorization: `Bearer ${readKey}` } });
    expect(await answer.json()).toMatchObject({ session: { id: "s-3" }, events: [{ type: "pageview" }] });
    expect(await collector.stop()).toBe(0);
  });
});
