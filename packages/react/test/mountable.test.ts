import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { mountable } from "../src/mountable.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(restoreBrowser);

test("what was hidden and is shown again, as by <Activity>, records again under the same handle", async () => {
  const [isotherm, mount] = mountable({ key: "pk_test", to: "/in" });
  const hide = mount();
  isotherm.track("one");
  hide();
  await pass(5_000);
  isotherm.track("hidden");
  const end = mount();
  isotherm.track("two");
  await pass(5_000);
  end();
  await pass(5_000);
  expect(server.of("custom").map(({ name }) => name)).toEqual(["one", "two"]);
  expect(new Set(server.accepted().map(({ tab }) => tab)).size).toBe(2);
});

test("nothing starts before it is mounted or called", async () => {
  const [isotherm, mount] = mountable({ key: "pk_test", to: "/in" });
  await pass(10_000);
  expect(server.requests).toEqual([]);
  isotherm.track("early");
  const end = mount();
  await pass(5_000);
  expect(server.events().map(({ type }) => type)).toEqual(["page", "custom"]);
  end();
});
