import type { Envelope } from "@isotherm/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { later } from "../../src/index.js";
import { begin, leavePage, restoreBrowser, settle } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
});
afterEach(restoreBrowser);

const idsOf = (body: string): string[] => (JSON.parse(body) as Envelope).batches.map(({ id }) => id);

test("What no last request carries is left to the browser, and nothing of what one does", async () => {
  const fetchLater = vi.fn();
  vi.stubGlobal("fetchLater", fetchLater);
  server.answer = () => "lost";
  const isotherm = begin({ use: [later()] });
  for (let i = 0; i < 3; i++) {
    isotherm.track(`${i}`, { text: "x".repeat(30_000) });
    await isotherm.flush();
  }
  server.answer = () => new Promise(() => {});
  server.requests.length = 0;
  leavePage();
  await settle();
  const carried = idsOf(server.requests[0]?.body ?? "");
  const left = idsOf(fetchLater.mock.lastCall?.[1].body);
  // Three that were tracked, and one that says that nothing follows.
  expect(new Set([...carried, ...left]).size).toBe(4);
  expect([carried.length, left.length]).toEqual([1, 3]);
});
