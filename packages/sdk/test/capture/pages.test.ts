import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { begin, pass, restoreBrowser, settle } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

const { origin } = location;
let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/start");
  server = fakeServer();
});
afterEach(restoreBrowser);

const views = (): unknown[] =>
  server
    .accepted()
    .filter(({ events }) => events.some(({ type }) => type === "page"))
    .map(({ page }) => [page.nav, page.url.replace(origin, "")]);

describe("pages", () => {
  test("follows soft navigations, each with the page before as referrer, and freezes what came before", async () => {
    const isotherm = begin();
    isotherm.track("on start");
    history.pushState(null, "", "/next?utm_source=mail&token=secret");
    isotherm.track("on next");
    history.replaceState(null, "", "/third");
    await isotherm.flush();
    expect(views()).toEqual([
      ["load", "/start"],
      ["push", "/next?utm_source=mail"],
      ["replace", "/third"],
    ]);
    expect(server.accepted().map(({ page }) => page.referrer?.replace(origin, ""))).toEqual([
      undefined,
      "/start",
      "/next?utm_source=mail",
    ]);
    expect(server.accepted().map(({ events }) => events.map(({ type }) => type))).toEqual([
      ["page", "custom"],
      ["page", "custom"],
      ["page"],
    ]);
  });

  test("counts no page view where only the state, the hash or a dropped parameter changed", async () => {
    const isotherm = begin();
    history.replaceState({ some: "state" }, "");
    history.pushState(null, "", "/start#part");
    history.pushState(null, "", "/start?token=secret");
    await isotherm.flush();
    expect(views()).toEqual([["load", "/start"]]);
  });

  test("takes the hash for a route where it is told to, without the query in it", async () => {
    const isotherm = begin({ hash: true });
    history.pushState(null, "", "#/inbox?search=secret");
    await isotherm.flush();
    expect(views()).toEqual([
      ["load", "/start"],
      ["push", "/start#/inbox"],
    ]);
  });

  test("follows the browser's back button", async () => {
    const isotherm = begin();
    vi.spyOn(window, "location", "get").mockReturnValue({ href: `${location.origin}/before` } as Location);
    window.dispatchEvent(new Event("popstate"));
    await isotherm.flush();
    expect(views().at(-1)).toEqual(["traverse", "/before"]);
  });

  test("asks the Navigation API where there is one, and leaves history alone", async () => {
    const navigation = new EventTarget();
    vi.stubGlobal("navigation", navigation);
    const { pushState } = history;
    const isotherm = begin();
    expect(history.pushState).toBe(pushState);
    history.pushState(null, "", "/by-api");
    navigation.dispatchEvent(Object.assign(new Event("currententrychange"), { navigationType: "push" }));
    navigation.dispatchEvent(Object.assign(new Event("currententrychange"), { navigationType: null }));
    await isotherm.flush();
    expect(views().at(-1)).toEqual(["push", "/by-api"]);
  });

  test("counts a page that the back/forward cache gives back", async () => {
    const isotherm = begin();
    window.dispatchEvent(new Event("pagehide"));
    await settle();
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await isotherm.flush();
    expect(views()).toEqual([
      ["load", "/start"],
      ["restore", "/start"],
    ]);
    expect(server.accepted().map(({ last, tab }) => [last, tab === server.accepted()[0]?.tab])).toEqual([
      [true, true],
      [undefined, true],
    ]);
  });

  test("says of a page what was true of it while it was quiet, where its successor is drawn before the address changes", async () => {
    document.title = "First";
    const isotherm = begin();
    await pass(500);
    document.title = "Second";
    history.pushState(null, "", "/second");
    await isotherm.flush();
    expect(server.accepted().map(({ page }) => page.title)).toEqual(["First", "Second"]);
  });

  test("counts page views by hand, with their own title", async () => {
    const isotherm = begin();
    isotherm.page({ url: "/virtual?q=secret", title: "By hand" });
    isotherm.page();
    await isotherm.flush();
    expect(views()).toEqual([
      ["load", "/start"],
      ["manual", "/virtual"],
      ["manual", "/start"],
    ]);
    expect(server.accepted()[1]?.page.title).toBe("By hand");
  });

  test("begins a page view with the first act after half an hour of rest", async () => {
    const isotherm = begin();
    await pass(1_799_999);
    isotherm.track("in time");
    await pass(1_800_000);
    isotherm.track("after the rest");
    await isotherm.flush();
    expect(views()).toEqual([
      ["load", "/start"],
      ["resume", "/start"],
    ]);
    expect(
      server
        .accepted()
        .at(-1)
        ?.events.map(({ type }) => type),
    ).toEqual(["page", "custom"]);
  });

  test.each([
    ["reload", [{ type: "reload" }]],
    ["back_forward", [{ type: "back_forward" }]],
    ["load", []],
  ])("says how the document came about: %s", async (nav, entries) => {
    vi.spyOn(performance, "getEntriesByType").mockReturnValue(entries as never);
    const isotherm = begin();
    await isotherm.flush();
    expect(views()).toEqual([[nav, "/start"]]);
  });

  test("gives history back when it stops, unless somebody else has taken it since", () => {
    const { pushState, replaceState } = history;
    const isotherm = begin();
    expect(history.pushState).not.toBe(pushState);
    const theirs: typeof history.replaceState = () => {};
    history.replaceState = theirs;
    isotherm.stop();
    expect(history.pushState).toBe(pushState);
    expect(history.replaceState).toBe(theirs);
    history.replaceState = replaceState;
  });

  test("begins nothing once it was stopped, though somebody's patch still calls its own", async () => {
    const isotherm = begin();
    const ours = history.pushState;
    const theirs: typeof history.pushState = (...args) => ours.apply(history, args);
    history.pushState = theirs;
    isotherm.stop();
    await pass(1);
    const before = server.events().length;
    history.pushState(null, "", "/after-the-stop");
    await pass(10_000);
    expect(server.events()).toHaveLength(before);
    expect(location.pathname).toBe("/after-the-stop");
    Reflect.deleteProperty(history, "pushState");
  });

  test("says what a page was like when it was left, also for what comes late", async () => {
    document.title = "First";
    let late = (): void => {};
    const isotherm = begin({
      use: [
        (emit, { page }) => {
          const first = page();
          late = () => emit({ type: "dead", of: 0 }, first);
          return () => {};
        },
      ],
    });
    history.pushState(null, "", "/second");
    document.title = "Second";
    late();
    await isotherm.flush();
    const batch = server.accepted().find(({ events }) => events.some(({ type }) => type === "dead"));
    expect(batch?.page).toMatchObject({ title: "First", nav: "load" });
    expect(batch?.page.id).toBe(server.accepted()[0]?.page.id);
  });
});
