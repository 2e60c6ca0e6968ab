import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { moves } from "../../src/index.js";
import { begin, pass, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
});
afterEach(restoreBrowser);

interface Point {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

function point(x: number, y: number, pointerType = "mouse", target: EventTarget = document.body): void {
  const event = new PointerEvent("pointermove", { pointerType, bubbles: true, composed: true });
  Object.defineProperties(event, { pageX: { value: x }, pageY: { value: y } });
  target.dispatchEvent(event);
}

/** The places and times that a trail names. */
function decode(path: readonly number[], at: number): Point[] {
  let [x = 0, y = 0] = path;
  const points = [{ x, y, at }];
  for (let i = 2; i < path.length; i += 3) {
    const [dt = 0, dx = 0, dy = 0] = path.slice(i, i + 3);
    at += dt;
    x += dx;
    y += dy;
    points.push({ x, y, at });
  }
  return points;
}

/** Distance of a point from a polyline. */
function distance(one: Point, line: readonly Point[]): number {
  return Math.min(
    ...line.map((from, i) => {
      const to = line[i + 1] ?? from;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = Math.max(
        0,
        Math.min(1, ((one.x - from.x) * dx + (one.y - from.y) * dy) / (dx * dx + dy * dy || 1)),
      );
      return Math.hypot(one.x - from.x - along * dx, one.y - from.y - along * dy);
    }),
  );
}

async function trail(points: readonly Point[]): Promise<Point[]> {
  const isotherm = begin({ use: [moves()], every: 3_600_000 });
  const start = Date.now();
  for (const { x, y, at } of points) {
    await vi.advanceTimersByTimeAsync(start + at - Date.now());
    point(x, y);
  }
  await isotherm.flush();
  const batch = server.accepted()[0];
  const found = server.of("move").flatMap(({ path, t }) => decode(path, (batch?.at ?? 0) + t - start));
  isotherm.stop();
  return found;
}

captureConformance("moves", {
  create: () => moves(),
  act: async (scene) => {
    point(10, 10, "mouse", scene);
    await pass(50);
  },
  types: ["move"],
});

describe("moves", () => {
  test("begins and ends where the pointer did, and stays near to where it was", async () => {
    const step = fc.record({
      dt: fc.integer({ min: 50, max: 400 }),
      dx: fc.integer({ min: -60, max: 60 }),
      dy: fc.integer({ min: -60, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        server = fakeServer();
        let at: Point = { x: 500, y: 500, at: 0 };
        const points = steps.map(({ dt, dx, dy }) => {
          at = { x: at.x + dx, y: at.y + dy, at: at.at + dt };
          return at;
        });
        const found = await trail(points);
        const [first, last] = [points[0], points.at(-1)];
        expect(found[0]).toEqual(first);
        expect(found.at(-1)).toEqual(last);
        for (const one of points) expect(distance(one, found)).toBeLessThan(20);
      }),
      { numRuns: 50 },
    );
  });

  test("takes at most twenty samples a second", async () => {
    const points = Array.from({ length: 200 }, (_, i) => ({ x: i * 20, y: (i % 7) * 40, at: i * 5 }));
    expect((await trail(points)).length).toBeLessThanOrEqual(21);
  });

  test("says little about a straight line", async () => {
    const points = Array.from({ length: 40 }, (_, i) => ({ x: i * 20, y: i * 10, at: i * 50 }));
    expect((await trail(points)).length).toBeLessThanOrEqual(12);
  });

  test("notes where the pointer rested", async () => {
    const found = await trail([
      { x: 0, y: 0, at: 0 },
      { x: 5, y: 0, at: 10 },
      { x: 200, y: 0, at: 1_000 },
    ]);
    expect(found).toEqual([
      { x: 0, y: 0, at: 0 },
      { x: 5, y: 0, at: 10 },
      { x: 200, y: 0, at: 1_000 },
    ]);
  });

  test("begins anew after a freeze", async () => {
    const isotherm = begin({ use: [moves()] });
    point(10, 10);
    await isotherm.flush();
    point(30, 40);
    await isotherm.flush();
    expect(server.of("move").map(({ path }) => path)).toEqual([
      [10, 10],
      [30, 40],
    ]);
  });

  test("leaves out fingers and what is to be ignored", async () => {
    document.body.innerHTML = "<div data-iso-ignore><p></p></div>";
    const isotherm = begin({ use: [moves()] });
    point(10, 10, "touch");
    point(20, 20, "mouse", document.querySelector("p") as Element);
    await pass(100);
    await isotherm.flush();
    expect(server.of("move")).toEqual([]);
  });
});
