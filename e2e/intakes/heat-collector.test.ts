import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCollector } from "../../packages/collector/src/collector.js";
import { type CollectorServer, collectorServer } from "../../packages/collector/src/server/collector-server.js";
import { sqliteStore } from "../../packages/collector/src/store/sqlite/store.js";
import { keyOf, publicKey, readKey, siteOf } from "../../packages/collector/test/running.js";
import { memoryJournal } from "../../packages/journal/src/memory/index.js";
import { type HeatCollector, startHeatCollector } from "../kit/heat-collector.js";
import { cells, comparable, shapeOf, withoutCorner } from "./heat-answers.js";
import { begun, first, hour, payload, second } from "./heat-events.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
let theirs: HeatCollector;
let ours: CollectorServer;
let close: () => Promise<void>;
let project: string;

/** What both answer, the body parsed. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

/** Asks both the same; `:id` stands for the project, which each names itself. */
async function both(path: string): Promise<readonly [theirs: Answer, ours: Answer]> {
  return Promise.all([
    ask(`http://127.0.0.1:${theirs.port}${path.replace(":id", project)}`),
    ask(`${ours.url}${path.replace(":id", "shop")}`, { authorization: `Bearer ${readKey}` }),
  ]);
}

beforeAll(async () => {
  mkdirSync(join(folder, "theirs"));
  theirs = await startHeatCollector(join(folder, "theirs"), { windowMs: 1_000, max: 10_000 });
  const store = await sqliteStore({ file: join(folder, "ours.db"), threads: false });
  const collector = await createCollector({ folder, journal: memoryJournal(), store });
  await store.putSite(siteOf());
  await store.putKey(keyOf({}));
  const secret = createHash("sha256").update(readKey).digest("hex");
  await store.putKey(keyOf({ id: "read-1", kind: "read", secret }));
  await collector.refresh();
  ours = await collectorServer({ collector, port: 0 });
  close = async () => {
    await ours.close();
    await store.close();
    await theirs.close();
  };
  const payloads = [payload("s-1", first, { user: { id: "u-7", traits: { plan: "pro" } } }), payload("s-2", second)];
  for (const body of payloads) {
    const send = async (url: string): Promise<Record<string, unknown>> => {
      const { ua } = body.events[0]?.device ?? { ua: "" };
      const headers = { "content-type": "application/json", "x-project-key": publicKey, "user-agent": ua };
      const answer = await fetch(`${url}/ingest`, { method: "POST", headers, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return (await answer.json()) as Record<string, unknown>;
    };
    const [theirAnswer, ourAnswer] = [await send(`http://127.0.0.1:${theirs.port}`), await send(ours.url)];
    expect(shapeOf(ourAnswer)).toEqual(shapeOf(theirAnswer));
    project = String(theirAnswer.projectId);
  }
  await collector.settled();
});

afterAll(async () => {
  await close?.();
  rmSync(folder, { recursive: true, force: true });
});

describe("asked what heat-collector from npm is asked, after the same requests of heat-sdk's,", () => {
  test.each([
    "/api/projects/:id/events",
    "/api/projects/:id/events?limit=3&offset=4",
    "/api/projects/:id/events?type=move",
    "/api/projects/:id/events?type=all&path=/checkout",
    `/api/projects/:id/events?path=${encodeURIComponent("/pricing?plan=a#top")}`,
    `/api/projects/:id/events?from=${begun + 2_000}&to=${new Date(begun + 5_000).toISOString()}`,
    "/api/projects/:id/events?path=/nowhere",
    "/api/projects/:id/events?unknown=1",
  ])("%s has the same rows in the same order", async (path) => {
    const [their, our] = await both(path);
    expect([our.status, our.body.meta]).toEqual([200, { ...(their.body.meta as object), projectId: "shop" }]);
    expect(comparable(our.body.events)).toEqual(comparable(their.body.events));
    const plain = ({ body }: Answer) => ({
      ...body,
      events: (body.events as readonly object[]).map((row) => ({ ...row })),
    });
    expect(shapeOf(plain(our))).toEqual(shapeOf(plain(their)));
    expect(our.headers.get("x-requested-type")).toBe(their.headers.get("x-requested-type"));
  });

  test("has in a row's JSON what they have there, and what they do not keep", async () => {
    const [their, our] = await both("/api/projects/:id/events");
    const parsed = ({ body }: Answer) =>
      (body.events as readonly { metaJson: string }[]).map(
        ({ metaJson }) => JSON.parse(metaJson) as { event?: object },
      );
    for (const [index, { event: own, ...meta }] of parsed(our).entries()) expect(meta).toEqual(parsed(their)[index]);
    const named = parsed(our).find(({ event: own }) => own && "name" in own);
    expect(named?.event).toMatchObject({ name: "signup", props: { plan: "pro" } });
    expect(JSON.stringify(their.body)).not.toContain("signup");
  });

  test("says how many rows there are, where they say how many are on the page", async () => {
    const [their, our] = await both("/api/projects/:id/events?limit=3");
    const stored = theirs.rows().length;
    expect([their, our].map(({ headers }) => headers.get("x-total-count"))).toEqual(["3", String(stored)]);
  });

  test.each([
    "",
    "?type=all&resolution=16",
    "?type=click&resolution=1024",
    "?type=move",
    "?type=scroll&path=/pricing%3Fplan%3Da%23top",
    "?type=custom",
    "?type=click&viewportBucket=1300x700",
    "?path=/checkout",
    `?to=${begun + 100}`,
    "?path=/nowhere",
  ])("/heatmap%s draws the same picture", async (query) => {
    const [their, our] = await both(`/api/projects/:id/heatmap${query}`);
    expect(our.status).toBe(200);
    const right = withoutCorner(their.body);
    expect(cells(our.body)).toEqual(cells(right));
    const { warning, ...meta } = our.body.meta as Record<string, unknown>;
    expect(meta).toEqual(right.meta);
    expect(shapeOf(meta)).toEqual(shapeOf(right.meta));
    expect(typeof warning).toBe(meta.total !== 0 && meta.plotted === 0 ? "string" : "undefined");
    expect(our.headers.get("x-heatmap-point-count")).toBe(String(cells(our.body).length));
    for (const name of ["x-result-count", "x-requested-type", "x-resolved-type"])
      expect([name, our.headers.get(name)]).toEqual([name, their.headers.get(name)]);
  });

  test.each([
    "",
    "?limit=1&offset=1",
    `?from=${begun + hour}`,
    `?to=${begun + hour}`,
    "?path=/checkout",
    "?userId=nobody",
  ])("/sessions%s lists the same sessions", async (query) => {
    const [their, our] = await both(`/api/projects/:id/sessions${query}`);
    expect([our.status, our.body.meta]).toEqual([200, { ...(their.body.meta as object), projectId: "shop" }]);
    expect(comparable(our.body.sessions)).toEqual(comparable(their.body.sessions));
    expect(shapeOf(our.body)).toEqual(shapeOf(their.body));
  });

  test("finds a user's sessions by the id that the page gave", async () => {
    const [, our] = await both("/api/projects/:id/sessions?userId=u-7");
    expect(our.body.sessions).toMatchObject([{ sessionId: "s-1", userId: "u-7" }]);
  });

  test.each(["s-1", "s-2", "s-1?limit=2&offset=3", "s-1?type=click", "s-1?type=nothing", "s-nobody"])(
    "/api/sessions/%s is the same session",
    async (path) => {
      const [their, our] = await both(`/api/sessions/${path}`);
      expect([our.status, our.body.meta]).toEqual([200, their.body.meta]);
      expect(comparable(our.body.events)).toEqual(comparable(their.body.events));
      expect(our.headers.get("x-session-found")).toBe(their.headers.get("x-session-found"));
      if (their.body.session === null) return expect(our.body.session).toBeNull();
      const {
        projectId: _p,
        userId: _u,
        ipHash: theirHash,
        ...session
      } = their.body.session as Record<string, unknown>;
      const { projectId, userId, ipHash, ...own } = our.body.session as Record<string, unknown>;
      expect(own).toEqual(session);
      expect([projectId, ipHash, typeof theirHash]).toEqual(["shop", null, "string"]);
      expect(Object.keys(our.body.session as object)).toEqual(Object.keys(their.body.session as object));
    },
  );

  test("/api/metrics counts the same", async () => {
    const [their, our] = await both("/api/metrics");
    expect(shapeOf(our.body)).toEqual(shapeOf(their.body));
    expect(our.body.metrics).toMatchObject({ ingestCount: 2, ingestErrorCount: 0, rejectedEventCount: 0 });
    expect(their.body.metrics).toMatchObject({ ingestCount: 2, ingestErrorCount: 0, rejectedEventCount: 0 });
  });

  test.each([
    ["/api/projects/:id/heatmap?resolution=4", "invalid_query"],
    ["/api/projects/:id/heatmap?type=tap", "invalid_query"],
    ["/api/projects/:id/heatmap?from=soon", "invalid_from"],
    ["/api/projects/:id/events?to=soon", "invalid_to"],
    ["/api/projects/:id/events?limit=1001", "invalid_query"],
    ["/api/projects/:id/sessions?limit=201", "invalid_query"],
    ["/api/projects/:id/sessions?from=9&to=8", "invalid_time_range"],
    ["/api/sessions/s-1?limit=0", "invalid_query"],
  ])("%s is refused alike", async (path, code) => {
    const [their, our] = await both(path);
    expect([their, our].map(({ status, body }) => [status, body.code])).toEqual([
      [400, code],
      [400, code],
    ]);
    const { details: _theirs, ...theirBody } = their.body;
    const { details: _ours, ...ourBody } = our.body;
    expect(shapeOf(ourBody)).toEqual(shapeOf(theirBody));
  });

  test("has their headers on good and bad answers", async () => {
    for (const path of ["/api/projects/:id/events", "/api/projects/:id/events?limit=0", "/api/metrics"]) {
      const [their, our] = await both(path);
      for (const name of ["x-heat-collector", "x-content-type-options", "content-type"])
        expect([name, our.headers.get(name)]).toEqual([name, their.headers.get(name)]);
      if (our.status === 200) expect(our.headers.get("cache-control")).toBe(their.headers.get("cache-control"));
      expect([their, our].map(({ headers }) => headers.has("x-request-id"))).toEqual([true, true]);
    }
  });

  test("tells nobody without a read key, where they tell everybody", async () => {
    for (const path of ["/api/projects/:id/events", "/api/projects/:id/heatmap", "/api/sessions/s-1", "/api/metrics"]) {
      const their = await ask(`http://127.0.0.1:${theirs.port}${path.replace(":id", project)}`);
      const our = await ask(`${ours.url}${path.replace(":id", "shop")}`);
      expect([their.status, our.status, our.body.code]).toEqual([200, 401, "token_invalid"]);
    }
  });
});
