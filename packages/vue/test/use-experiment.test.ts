import { experiments, type Isotherm } from "@isotherm/sdk";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type App, createApp, defineComponent, h, nextTick, type ShallowRef } from "vue";
import { begin, pass, restoreBrowser, settle } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { isothermPlugin, useExperiment, useIsotherm } from "../src/index.js";

let server: FakeServer;
let app: App | undefined;
let isotherm: Isotherm;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(async () => {
  app?.unmount();
  app = undefined;
  await restoreBrowser();
});

const text = (): string | null | undefined => document.querySelector("p")?.textContent;

/** A page with an experiment for users. */
function show() {
  const tests = experiments({ hero: { variants: ["calm", "bold"], unit: "user" } });
  app = createApp(
    defineComponent(() => {
      isotherm = useIsotherm();
      const variant = useExperiment(tests, "hero");
      expectTypeOf(variant).toEqualTypeOf<Readonly<ShallowRef<"calm" | "bold" | undefined>>>();
      return () => h("p", variant.value ?? "plain");
    }),
  );
  app.use(isothermPlugin, { key: "pk_test", to: "/in", use: [tests] });
  app.mount(document.body.appendChild(document.createElement("div")));
  return tests;
}

const login = async (user: string): Promise<void> => {
  isotherm.identify(user);
  await settle();
  await nextTick();
};

describe("useExperiment", () => {
  test("shows a variant as soon as the visitor is known, and records once that it was seen", async () => {
    const tests = show();
    expect(text()).toBe("plain");
    await login("user-1");
    const variant = tests.variant("hero");
    expect(["calm", "bold"]).toContain(variant);
    expect(text()).toBe(variant);
    isotherm.reset();
    await settle();
    expect(text()).toBe("plain");
    await login("user-1");
    await pass(5_000);
    expect(server.of("exposure")).toMatchObject([{ experiment: "hero", variant }]);
  });

  test("hears no more when it is gone", async () => {
    const tests = show();
    app?.unmount();
    app = undefined;
    const asked = vi.spyOn(tests, "variant");
    const known = begin({ use: [tests] });
    known.identify("user-1");
    await pass(5_000);
    expect(asked).not.toHaveBeenCalled();
    expect(server.of("exposure")).toEqual([]);
  });
});
