import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Isotherm } from "../../src/index.js";
import { restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

const page = window as { isotherm?: Isotherm | { q: unknown[] } };
let server: FakeServer;

async function load(): Promise<Isotherm> {
  const script = document.createElement("script");
  Object.assign(script.dataset, { key: "pk_test", to: "/in" });
  Object.defineProperty(document, "currentScript", { configurable: true, value: script });
  vi.resetModules();
  await import("../../src/script/isotherm.js");
  return page.isotherm as Isotherm;
}

beforeEach(() => {
  server = fakeServer();
});
afterEach(async () => {
  (page.isotherm as Isotherm).stop();
  delete page.isotherm;
  Reflect.deleteProperty(document, "currentScript");
  await restoreBrowser();
});

test("The script makes the calls that the stub has kept", async () => {
  page.isotherm = { q: [["track", "early", { a: 1 }]] };
  await (await load()).flush();
  expect(server.of("custom")).toMatchObject([{ name: "early", props: { a: 1 } }]);
});

test("The script, loaded twice, counts once", async () => {
  const first = await load();
  const second = await load();
  expect(second).toBe(first);
  await second.flush();
  expect(server.of("page")).toHaveLength(1);
});
