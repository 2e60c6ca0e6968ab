/** @jsxImportSource react */
import { type Isotherm, start } from "@isotherm/sdk";
import { act, useEffect, useLayoutEffect, useState, version } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { IsothermProvider, useIsotherm, useTrack } from "../src/index.js";
import { render, unmountAll } from "./support/render.js";

const options = { key: "pk_test", to: "/in" };
let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(async () => {
  await unmountAll();
  await restoreBrowser();
});

/** What the components below have got at last. */
let isotherm: Isotherm | undefined;
let track: Isotherm["track"] | undefined;
let toggle = (): void => {};

function Handle(): null {
  isotherm = useIsotherm();
  track = useTrack();
  return null;
}

function Switch() {
  const [shown, setShown] = useState(true);
  toggle = () => setShown(!shown);
  return shown ? (
    <IsothermProvider options={options}>
      <Handle />
    </IsothermProvider>
  ) : null;
}

/** Passes other options at each render, which change nothing. */
function Again() {
  const [times, setTimes] = useState(0);
  toggle = () => setTimes(times + 1);
  return (
    <IsothermProvider options={{ ...options, key: `pk_${times}` }}>
      <Handle />
    </IsothermProvider>
  );
}

function Eager(): null {
  const track = useTrack();
  useLayoutEffect(() => track("laid out"), [track]);
  useEffect(() => track("shown", { to: "all" }), [track]);
  return null;
}

function Named({ name }: { readonly name: string }): null {
  const track = useTrack();
  useEffect(() => track(name), [track, name]);
  return null;
}

const tracked = (): string[] => server.of("custom").map(({ name }) => name);

describe("IsothermProvider", () => {
  test("runs with the React that this project is for", ({ task }) => {
    expect(version.split(".")[0]).toBe(task.file.projectName === "react-18" ? "18" : "19");
  });

  test.each([true, false])("starts one SDK with one page view (strict: %s)", async (strict) => {
    await render(<IsothermProvider options={options}>hello</IsothermProvider>, { strict });
    await pass(5_000);
    expect(server.of("page")).toHaveLength(1);
    history.pushState(null, "", "/next");
    await pass(5_000);
    expect(server.of("page")).toHaveLength(2);
    expect(new Set(server.accepted().map(({ tab }) => tab)).size).toBe(1);
  });

  test("records what components track in their first effects, which run before its own", async () => {
    await render(
      <IsothermProvider options={options}>
        <Eager />
      </IsothermProvider>,
      { strict: false },
    );
    await pass(5_000);
    expect(server.events().map(({ type }) => type)).toEqual(["page", "custom", "custom"]);
    expect(tracked()).toEqual(["laid out", "shown"]);
    expect(server.of("custom")[1]?.props).toEqual({ to: "all" });
  });

  test("sends the rest and ends when it is unmounted, and begins anew when it is mounted again", async () => {
    await render(<Switch />);
    isotherm?.track("kept");
    await act(async () => toggle());
    isotherm?.track("too late");
    await pass(5_000);
    expect(tracked()).toEqual(["kept"]);
    history.pushState(null, "", "/unseen");
    await act(async () => toggle());
    isotherm?.track("again");
    await pass(5_000);
    expect(tracked()).toEqual(["kept", "again"]);
    expect(server.accepted().map(({ page }) => new URL(page.url).pathname)).toEqual(["/", "/unseen"]);
    expect(new Set(server.accepted().map(({ tab }) => tab)).size).toBe(2);
  });

  test("gives the same handle and the same track at every render, and passes every method on", async () => {
    await render(<Again />, { strict: false });
    const first = [isotherm, track];
    await act(async () => toggle());
    expect([isotherm, track]).toEqual(first);
    expect(isotherm === first[0] && track === first[1]).toBe(true);
    isotherm?.identify("user-1", { tier: "gold" });
    isotherm?.goal("purchase", { value: 49, currency: "EUR" });
    isotherm?.page({ url: "/by-hand", title: "By hand" });
    expect(await isotherm?.flush()).toEqual({ sent: expect.any(Number), waiting: 0 });
    isotherm?.reset();
    isotherm?.track("after");
    await pass(5_000);
    expect(server.of("goal")).toMatchObject([{ name: "purchase", value: 49, currency: "EUR" }]);
    expect(server.accepted().map(({ user }) => user)).toEqual([undefined, "user-1", "user-1", undefined]);
    expect(server.accepted().at(-1)?.page).toMatchObject({ nav: "manual", title: "By hand" });
    isotherm?.stop();
    isotherm?.track("stopped");
    await pass(5_000);
    expect(tracked()).toEqual(["after"]);
  });

  test("passes consent on", async () => {
    await render(
      <IsothermProvider options={{ ...options, consent: "required" }}>
        <Handle />
      </IsothermProvider>,
    );
    await pass(5_000);
    expect(server.requests).toEqual([]);
    isotherm?.consent("granted");
    await pass(5_000);
    expect(server.accepted()).toMatchObject([{ consent: "granted", events: [{ type: "page" }] }]);
  });

  test("gives an SDK that runs already to several roots, and leaves it running", async () => {
    const running = start(options);
    const island = (name: string) => (
      <IsothermProvider isotherm={running}>
        <Named name={name} />
      </IsothermProvider>
    );
    const first = await render(island("one"), { strict: false });
    await render(island("two"), { strict: false });
    await first.unmount();
    running.track("still");
    await pass(5_000);
    expect(server.of("page")).toHaveLength(1);
    expect(tracked()).toEqual(["one", "two", "still"]);
    running.stop();
  });
});

describe("useIsotherm without a provider", () => {
  test("does nothing, and says so", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await render(<Handle />, { strict: false });
    isotherm?.track("nobody hears");
    expect(await isotherm?.flush()).toEqual({ sent: 0, waiting: 0 });
    expect(server.requests).toEqual([]);
    // One for each hook.
    expect(warn.mock.calls).toEqual(Array(2).fill([expect.stringContaining("<IsothermProvider>")]));
  });
});
