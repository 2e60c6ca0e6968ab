import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  attention,
  beacon,
  clicks,
  dead,
  errors,
  experiments,
  forms,
  gzip,
  type Isotherm,
  keyboard,
  later,
  links,
  moves,
  offline,
  persist,
  rage,
  type StartOptions,
  scrolls,
  tracked,
  vitals,
} from "../src/index.js";
import { begin, leavePage, restoreBrowser, settle, show, trusted } from "./support/browser.js";
import { fakeServer } from "./support/server.js";

const everything = (): StartOptions["use"] => [
  persist(),
  attention(),
  clicks(),
  dead(),
  errors(),
  experiments({ colour: { variants: ["red", "blue"] } }),
  forms(),
  keyboard(),
  links(),
  moves(),
  rage(),
  scrolls(),
  tracked(),
  vitals(),
  offline(),
  gzip(),
  later(),
  beacon(),
];

/** What a page can leave behind or send, each time that it was touched. */
let touched: string[];

function watch(): void {
  const note =
    (name: string) =>
    (..._args: unknown[]): never => {
      touched.push(name);
      throw new DOMException("watched", "SecurityError");
    };
  vi.stubGlobal("fetch", note("fetch"));
  vi.stubGlobal("fetchLater", note("fetchLater"));
  vi.stubGlobal("XMLHttpRequest", note("XMLHttpRequest"));
  vi.spyOn(navigator, "sendBeacon").mockImplementation(note("sendBeacon"));
  vi.spyOn(document, "cookie", "set").mockImplementation(note("cookie"));
  vi.spyOn(document, "cookie", "get").mockImplementation(note("cookie"));
  for (const name of ["indexedDB", "localStorage", "sessionStorage", "caches"])
    Object.defineProperty(globalThis, name, { configurable: true, get: note(name) });
}

const real = ["indexedDB", "localStorage", "sessionStorage", "caches"].map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);

beforeEach(() => {
  touched = [];
  // The storage works between tasks.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
});
afterEach(async () => {
  await restoreBrowser();
  for (const [name, descriptor] of real)
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else Reflect.deleteProperty(globalThis, name);
});

/** All that a visitor and a page do. */
async function useThePage(isotherm: Isotherm): Promise<void> {
  document.body.innerHTML = "<form><input></form><button>Go</button>";
  isotherm.track("secret", { a: 1 });
  isotherm.goal("paid", { value: 1, currency: "EUR" });
  isotherm.identify("user-1");
  isotherm.page({ url: "/secret" });
  isotherm.reset();
  history.pushState(null, "", "/secret");
  for (const type of ["pointerdown", "click", "pointermove"])
    document.querySelector("button")?.dispatchEvent(trusted(new MouseEvent(type, { bubbles: true, composed: true })));
  for (const type of ["focusin", "change", "keydown", "scroll"])
    document.querySelector("input")?.dispatchEvent(trusted(new Event(type, { bubbles: true })));
  await vi.advanceTimersByTimeAsync(30_000);
  show(false);
  show(true);
  window.dispatchEvent(new Event("online"));
  expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 0 });
  leavePage();
  await settle();
}

const sends = (signal: object): void => {
  vi.stubGlobal(
    "navigator",
    new Proxy(navigator, { get: (target, name) => Reflect.get(signal, name) ?? Reflect.get(target, name) }),
  );
};

describe("nothing whatever touches storage or network", () => {
  test("before consent, where it is required", async () => {
    watch();
    await useThePage(begin({ use: everything() ?? [], consent: "required" }));
    expect(touched).toEqual([]);
  });

  test.each([
    ["GPC", { globalPrivacyControl: true }],
    ["DNT", { doNotTrack: "1" }],
  ])("for a visitor who sends %s, even on a grant", async (_name, signal) => {
    sends(signal);
    watch();
    const isotherm = begin({ use: everything() ?? [] });
    isotherm.consent("granted");
    await useThePage(isotherm);
    expect(touched).toEqual([]);
  });

  test.each([true, false])("after a denial, in this tab and the others (denied here: %s)", async (here) => {
    vi.stubGlobal("indexedDB", new IDBFactory());
    fakeServer();
    class Channel {
      static readonly all: Channel[] = [];
      onmessage?: () => void;
      constructor() {
        Channel.all.push(this);
      }
      postMessage(): void {
        for (const one of Channel.all) if (one !== this) one.onmessage?.();
      }
      close(): void {}
    }
    vi.stubGlobal("BroadcastChannel", Channel);
    const isotherm = begin({ use: everything() ?? [] });
    const other = begin({ use: everything() ?? [] });
    isotherm.track("recorded");
    await isotherm.flush();
    isotherm.track("not sent yet");
    await vi.advanceTimersByTimeAsync(500);
    (here ? isotherm : other).consent("denied");
    // The erasure itself has to reach the storage.
    for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
    const open = indexedDB.open("isotherm pk_test");
    const database = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result);
    });
    const count = database.transaction("outbox").objectStore("outbox").count();
    await new Promise((resolve) => {
      count.onsuccess = resolve;
    });
    database.close();
    expect(count.result).toBe(0);
    expect(Object.keys(localStorage)).toEqual([]);
    watch();
    await useThePage(isotherm);
    expect(touched).toEqual([]);
  });
});

test("Without a refusal the same page touches storage and network: the tests above can fail", async () => {
  watch();
  const isotherm = begin({ use: everything() ?? [] });
  isotherm.track("x");
  await isotherm.flush();
  expect(new Set(touched)).toEqual(new Set(["indexedDB", "localStorage", "fetch"]));
});
