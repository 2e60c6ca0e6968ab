import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type Capture, experiments } from "../../src/index.js";
import { begin, pass, restoreBrowser, settle } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(restoreBrowser);

/** Says who the visitor is, as an addition that stores an id does. */
const known =
  (visitor: string): Capture =>
  (_emit, { identity }) => {
    identity.visitor = visitor;
    return () => {};
  };

const hero = () => experiments({ hero: { variants: ["calm", "bold"] } });

// Each is recorded once for as long as the page lives: every act shows another.
const many = () => experiments({ 0: { variants: ["a"] }, 1: { variants: ["a"] }, 2: { variants: ["a"] } });
const asked: ReturnType<typeof many>[] = [];
let turn = 0;
captureConformance("experiments", {
  create: () => {
    const tests = many();
    asked.push(tests);
    return (emit, context) => {
      known("visitor-1")(emit, context);
      return tests(emit, context);
    };
  },
  act: () => {
    const name = (["0", "1", "2"] as const)[turn++ % 3] ?? "0";
    for (const tests of asked) tests.show(name as never);
  },
  types: ["exposure"],
  elements: false,
});

/** What a visitor gets. */
function dealt(visitor: string): string | undefined {
  const tests = hero();
  const isotherm = begin({ use: [known(visitor), tests] });
  const variant = tests.variant("hero");
  isotherm.stop();
  return variant;
}

describe("experiments", () => {
  test("deal every visitor the same variant each time, and each variant to its share of them", () => {
    const visitors = Array.from({ length: 400 }, (_, i) => `visitor-${i}`);
    const variants = visitors.map(dealt);
    expect(visitors.map(dealt)).toEqual(variants);
    const bold = variants.filter((variant) => variant === "bold").length;
    // Four standard deviations of 400 throws of a coin.
    expect(Math.abs(bold - 200)).toBeLessThan(40);
    expect(new Set(variants)).toEqual(new Set(["calm", "bold"]));
  });

  test("of one visitor have nothing to do with each other", () => {
    const both = Array.from({ length: 400 }, (_, i) => {
      const tests = experiments({ one: { variants: ["a", "b"] }, two: { variants: ["a", "b"] } });
      const isotherm = begin({ use: [known(`visitor-${i}`), tests] });
      const pair = `${tests.variant("one")}${tests.variant("two")}`;
      isotherm.stop();
      return pair;
    });
    for (const pair of ["aa", "ab", "ba", "bb"]) {
      expect(Math.abs(both.filter((one) => one === pair).length - 100)).toBeLessThan(35);
    }
  });

  test("record what was shown, once", async () => {
    const tests = hero();
    const isotherm = begin({ use: [known("v"), tests] });
    tests.variant("hero");
    const variant = tests.show("hero");
    expect(tests.show("hero")).toBe(variant);
    history.pushState(null, "", "/next");
    tests.show("hero");
    await isotherm.flush();
    expect(server.of("exposure")).toEqual([{ type: "exposure", t: 0, experiment: "hero", variant }]);
  });

  test("know nobody in cookie-less mode, before the start and after the end", async () => {
    const tests = hero();
    expect(tests.show("hero")).toBeUndefined();
    begin({ use: [tests] }).stop();
    const isotherm = begin({ use: [tests] });
    expect(tests.show("hero")).toBeUndefined();
    isotherm.stop();
    begin({ use: [tests, known("v")] }).stop();
    expect(tests.show("hero")).toBeUndefined();
    await pass(5_000);
    expect(server.of("exposure")).toEqual([]);
  });

  test("for users begin with identify, end with reset, and tell who listens", async () => {
    const tests = experiments({ price: { variants: ["low", "high"], unit: "user" } });
    const isotherm = begin({ use: [tests] });
    await settle();
    const heard: (string | undefined)[] = [];
    const stop = tests.subscribe(() => heard.push(tests.show("price")));
    isotherm.identify("user-1");
    await settle();
    const variant = tests.variant("price");
    expect(["low", "high"]).toContain(variant);
    isotherm.reset();
    await settle();
    stop();
    isotherm.identify("user-1");
    await pass(5_000);
    expect(heard).toEqual([variant, undefined]);
    expect(server.of("exposure")).toMatchObject([{ experiment: "price", variant }]);
    expect(server.accepted().filter(({ events }) => events.some(({ type }) => type === "exposure"))).toMatchObject([
      { user: "user-1" },
    ]);
  });

  test("wait for consent where it is required", async () => {
    const tests = hero();
    const isotherm = begin({ consent: "required", use: [known("v"), tests] });
    expect(tests.show("hero")).toBeUndefined();
    isotherm.consent("granted");
    expect(tests.show("hero")).toBeDefined();
    isotherm.consent("denied");
    expect(tests.variant("hero")).toBeUndefined();
  });

  test("know their names by type", () => {
    const tests = hero();
    expectTypeOf(tests.variant("hero")).toEqualTypeOf<"calm" | "bold" | undefined>();
    // @ts-expect-error There is none of this name.
    expect(tests.variant("zero")).toBeUndefined();
  });
});
