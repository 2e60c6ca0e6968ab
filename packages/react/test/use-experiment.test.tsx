/** @jsxImportSource react */
import { type Experiments, experiments, type Isotherm } from "@isotherm/sdk";
import { act } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { begin, pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { IsothermProvider, useExperiment, useIsotherm } from "../src/index.js";
import { render, unmountAll } from "./support/render.js";

type Tests = Experiments<{ readonly hero: { readonly variants: readonly ["calm", "bold"]; readonly unit: "user" } }>;

let server: FakeServer;
let tests: Tests;
let isotherm: Isotherm;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
  tests = experiments({ hero: { variants: ["calm", "bold"], unit: "user" } });
});
afterEach(async () => {
  await unmountAll();
  await restoreBrowser();
});

function Hero() {
  isotherm = useIsotherm();
  const variant = useExperiment(tests, "hero");
  expectTypeOf(variant).toEqualTypeOf<"calm" | "bold" | undefined>();
  return <p>{variant ?? "plain"}</p>;
}

const app = () => (
  <IsothermProvider options={{ key: "pk_test", to: "/in", use: [tests] }}>
    <Hero />
  </IsothermProvider>
);

const text = (): string | null | undefined => document.querySelector("p")?.textContent;
const login = (user: string) => act(async () => isotherm.identify(user));

describe("useExperiment", () => {
  test("shows a variant as soon as the visitor is known, and records once that it was seen", async () => {
    await render(app());
    expect(text()).toBe("plain");
    await login("user-1");
    const variant = tests.variant("hero");
    expect(["calm", "bold"]).toContain(variant);
    expect(text()).toBe(variant);
    await act(async () => isotherm.reset());
    expect(text()).toBe("plain");
    await login("user-1");
    expect(text()).toBe(variant);
    await pass(5_000);
    expect(server.of("exposure")).toMatchObject([{ experiment: "hero", variant }]);
  });

  test("shows on a server what is shown to anybody, and hydrates without a complaint where the visitor is known already", async () => {
    const complaint = vi.spyOn(console, "error");
    const root = document.body.appendChild(document.createElement("div"));
    root.innerHTML = renderToString(app());
    expect(text()).toBe("plain");
    const running = begin({ use: [tests] });
    running.identify("user-2");
    const known = (
      <IsothermProvider isotherm={running}>
        <Hero />
      </IsothermProvider>
    );
    const hydrated = await act(async () => hydrateRoot(root, known));
    expect(tests.variant("hero")).toBeDefined();
    expect(text()).toBe(tests.variant("hero"));
    expect(complaint).not.toHaveBeenCalled();
    await act(async () => hydrated.unmount());
  });

  test("hears no more when it is gone", async () => {
    const { unmount } = await render(app());
    await unmount();
    const asked = vi.spyOn(tests, "variant");
    begin({ use: [tests] }).identify("user-1");
    await pass(5_000);
    expect(asked).not.toHaveBeenCalled();
    expect(server.of("exposure")).toEqual([]);
  });
});
