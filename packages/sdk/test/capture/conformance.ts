import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Capture } from "../../src/capture.js";
import type { IsothermError } from "../../src/index.js";
import { begin, pass, restoreBrowser, settle, stayOnPage } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";

/** How the suite exercises a capture. */
export interface Exercise {
  /** Makes one, as a page does. */
  readonly create: () => Capture;
  /** What the page is like while it acts. @default `<main id="scene"></main>` */
  readonly html?: string;
  /** Does something in `scene`, or to the page, from which at least one of `types` must come. */
  readonly act: (scene: Element) => void | Promise<void>;
  readonly types: readonly string[];
  /** It records of elements, which `data-iso-ignore` keeps out. @default true */
  readonly elements?: boolean;
  /** What happens is told by others, whose listeners are their own. @default false */
  readonly foreign?: boolean;
}

interface Listening {
  readonly target: EventTarget;
  readonly type: string;
  readonly listener: unknown;
  readonly options: unknown;
}

/** Notes who listens to what, and whether one of them runs just now. */
function watchListeners(): { readonly current: () => Listening[]; readonly running: () => boolean } {
  let current: Listening[] = [];
  let depth = 0;
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const wrapped = new Map<unknown, EventListener>();
  const capture = (options: unknown): boolean =>
    typeof options === "object" ? !!(options as AddEventListenerOptions).capture : !!options;
  const same = (one: Listening, other: Listening): boolean =>
    one.target === other.target &&
    one.type === other.type &&
    one.listener === other.listener &&
    capture(one.options) === capture(other.options);
  vi.spyOn(EventTarget.prototype, "addEventListener").mockImplementation(function (
    this: EventTarget,
    type,
    listener,
    options,
  ) {
    current.push({ target: this, type, listener, options });
    const run = (event: Event): void => {
      depth++;
      try {
        (listener as EventListener)(event);
      } finally {
        depth--;
      }
    };
    wrapped.set(listener, wrapped.get(listener) ?? run);
    add.call(this, type, wrapped.get(listener) as EventListener, options);
  });
  vi.spyOn(EventTarget.prototype, "removeEventListener").mockImplementation(function (
    this: EventTarget,
    type,
    listener,
    options,
  ) {
    const gone = { target: this, type, listener, options };
    current = current.filter((one) => !same(one, gone));
    remove.call(this, type, wrapped.get(listener) ?? (listener as EventListener), options);
  });
  return { current: () => current, running: () => depth > 0 };
}

/** What every capture has to keep. Its whole test is a call of this, and what it records. */
export function captureConformance(name: string, exercise: Exercise): void {
  const { create, act, types, html = '<main id="scene"></main>', elements = true, foreign = false } = exercise;
  const scene = (): Element => document.querySelector("#scene") as Element;

  describe(`${name}, as a capture,`, () => {
    let server: FakeServer;
    const found = (key = "pk_test"): unknown[] =>
      server.requests
        .filter(({ envelope }) => envelope.key === key)
        .flatMap(({ envelope }) => envelope.batches.flatMap(({ events }) => events))
        // The core's own last word of a tab is an attention of no time.
        .filter((event) => types.includes(event.type) && !(event.type === "attention" && event.engaged === 0));

    beforeEach(() => {
      vi.useFakeTimers();
      stayOnPage();
      server = fakeServer();
      document.body.innerHTML = html;
    });
    afterEach(restoreBrowser);

    test("does nothing when it is made", () => {
      const listeners = watchListeners();
      create();
      expect(listeners.current()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    });

    test("records until it is stopped; a second stop is harmless, and nothing is left behind", async () => {
      const bare = begin({ key: "pk_bare" });
      await act(scene());
      bare.stop();
      await pass(1);
      const timers = vi.getTimerCount();
      const listeners = watchListeners();

      const errors: IsothermError[] = [];
      const isotherm = begin({ use: [create()], onError: (error) => errors.push(error) });
      await act(scene());
      await isotherm.flush();
      const recorded = found().length;
      expect(recorded).toBeGreaterThan(0);
      isotherm.stop();
      isotherm.stop();
      await pass(1);
      if (!foreign) expect(listeners.current()).toEqual([]);
      expect(vi.getTimerCount()).toBe(timers);
      await act(scene());
      await pass(10_000);
      expect(found()).toHaveLength(recorded);
      expect(errors).toEqual([]);
    });

    test("can be stopped by itself, twice", async () => {
      let stop = (): void => {};
      const errors: IsothermError[] = [];
      const capture = create();
      const isotherm = begin({
        use: [
          (emit, context) => {
            stop = capture(emit, context);
            return stop;
          },
        ],
        onError: (error) => errors.push(error),
      });
      stop();
      stop();
      isotherm.stop();
      stop();
      await settle();
      expect(errors).toEqual([]);
    });

    test("serves two starts at once, each by itself", async () => {
      const capture = create();
      const one = begin({ key: "pk_one", use: [capture] });
      const two = begin({ key: "pk_two", use: [create()] });
      await act(scene());
      await one.flush();
      await two.flush();
      expect(found("pk_one").length).toBeGreaterThan(0);
      expect(found("pk_two")).toEqual(found("pk_one"));
      const before = found("pk_two").length;
      one.stop();
      document.body.innerHTML = html;
      history.pushState(null, "", `/${name}-${Date.now()}`);
      await pass(1);
      await act(scene());
      await two.flush();
      expect(found("pk_two").length).toBeGreaterThan(before);
    });

    test("tells onError what it throws, and not the page", async () => {
      const fault = new Error("no room");
      const errors: IsothermError[] = [];
      const uncaught = vi.fn();
      addEventListener("error", uncaught);
      const isotherm = begin({
        use: [
          (_emit, context) =>
            create()(() => {
              throw fault;
            }, context),
        ],
        onError: (error) => errors.push(error),
      });
      await act(scene());
      await isotherm.flush();
      const mine = errors.filter(({ reason }) => reason === fault);
      expect(mine.length).toBeGreaterThan(0);
      expect(mine.every(({ code }) => code === "capture_failed")).toBe(true);
      removeEventListener("error", uncaught);
      for (const [{ error }] of uncaught.mock.calls) expect(error).not.toBe(fault);
    });

    test("writes no storage and serialises nothing in a listener", async () => {
      const listeners = watchListeners();
      const faults: string[] = [];
      const { stringify } = JSON;
      const { setItem } = Storage.prototype;
      vi.spyOn(JSON, "stringify").mockImplementation((...args: Parameters<typeof stringify>) => {
        if (listeners.running()) faults.push("stringify");
        return stringify(...args);
      });
      vi.spyOn(Storage.prototype, "setItem").mockImplementation(function (this: Storage, ...args) {
        if (listeners.running()) faults.push("setItem");
        setItem.apply(this, args);
      });
      const isotherm = begin({ use: [create()] });
      await act(scene());
      await isotherm.flush();
      expect(found().length).toBeGreaterThan(0);
      expect(faults).toEqual([]);
    });

    if (!foreign)
      test("listens passively, in the capture phase, on window or document", () => {
        const listeners = watchListeners();
        begin({ key: "pk_bare" });
        const core = new Set(listeners.current());
        begin({ use: [create()] });
        // The core listens in the bubble phase, after every capture.
        const own = listeners
          .current()
          .slice(core.size)
          .filter(({ type, options }) => ![...core].some((one) => one.type === type && same(one.options, options)));
        for (const { target, options } of own) {
          expect(target === window || target === document).toBe(true);
          expect(options).toMatchObject({ capture: true, passive: true });
        }
      });

    if (elements)
      test("leaves out what is to be ignored", async () => {
        const isotherm = begin({ use: [create()] });
        for (const ignore of [scene(), document.body]) {
          ignore.setAttribute("data-iso-ignore", "");
          await act(scene());
          ignore.removeAttribute("data-iso-ignore");
        }
        await isotherm.flush();
        expect(found().filter((event) => !whole(event))).toEqual([]);
      });
  });
}

/** A page that is never scrolled reports its depth, whatever is ignored in it. */
const whole = (event: unknown): boolean => {
  const { type, el } = event as { type: string; el?: string };
  return type === "scroll" && !el;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
