// @vitest-environment node
/** @jsxImportSource react */
import { experiments, type Isotherm, start } from "@isotherm/sdk";
import { matchRoutes, type RouteObject } from "react-router";
import { describe, expectTypeOf, test, vi } from "vitest";
import { IsothermProvider, useExperiment, useIsotherm, useTrack } from "../src/index.js";
import { type NextRoutes, nextRoutes } from "../src/next.js";
import { byRoute } from "../src/react-router.js";

vi.mock("next/navigation.js", () => ({}));

// Never called: `tsc` reads them, with the rest of the repository.
const tests = experiments({ hero: { variants: ["calm", "bold"] }, price: { variants: ["low", "high"], unit: "user" } });
const options = { key: "pk_test", to: "/in" };

describe("types", () => {
  test("a provider takes options or an SDK, and not both", () => {
    () => <IsothermProvider options={options} />;
    () => <IsothermProvider isotherm={start(options)}>text</IsothermProvider>;
    // @ts-expect-error Neither.
    () => <IsothermProvider />;
    // @ts-expect-error Both.
    () => <IsothermProvider options={options} isotherm={start(options)} />;
    // @ts-expect-error A key is required.
    () => <IsothermProvider options={{ to: "/in" }} />;
  });

  test("hooks have the SDK's own types", () => {
    expectTypeOf(useIsotherm).returns.toEqualTypeOf<Isotherm>();
    expectTypeOf(useTrack).returns.toEqualTypeOf<Isotherm["track"]>();
    // @ts-expect-error A function is no property.
    () => useTrack()("signup", { plan: () => {} });
  });

  test("an experiment is known by its name, and answers with its variants", () => {
    const heroOf = () => useExperiment(tests, "hero");
    const priceOf = () => useExperiment(tests, "price");
    expectTypeOf(heroOf).returns.toEqualTypeOf<"calm" | "bold" | undefined>();
    expectTypeOf(priceOf).returns.toEqualTypeOf<"low" | "high" | undefined>();
    // @ts-expect-error There is none of this name.
    () => useExperiment(tests, "zero");
  });

  test("what names pages is a beforeSend, and titles know the router's matches", () => {
    const routes: RouteObject[] = [];
    const named = () =>
      byRoute((path) => matchRoutes(routes, path), {
        title: (matches) => {
          expectTypeOf(matches[0]?.params).toEqualTypeOf<{ readonly [name: string]: string | undefined } | undefined>();
          return undefined;
        },
      });
    () => start({ ...options, beforeSend: named() });
    expectTypeOf(nextRoutes).returns.toEqualTypeOf<NextRoutes>();
    () => start({ ...options, beforeSend: nextRoutes("/docs").byRoute });
  });
});
