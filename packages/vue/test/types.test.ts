// @vitest-environment node
import { experiments, type Isotherm, start } from "@isotherm/sdk";
import { describe, expectTypeOf, test } from "vitest";
import type { App, GlobalDirectives, ShallowRef } from "vue";
import type { Router } from "vue-router";
import { isothermPlugin, type TrackDirective, useExperiment, useIsotherm, useTrack } from "../src/index.js";
import { byRoute } from "../src/router.js";

// Never called: `tsc` reads them, with the rest of the repository.
const tests = experiments({ hero: { variants: ["calm", "bold"] } });
const options = { key: "pk_test", to: "/in" };

describe("types", () => {
  test("the plugin takes options or an SDK", () => {
    (app: App) => app.use(isothermPlugin, options);
    (app: App) => app.use(isothermPlugin, { isotherm: start(options) });
    // @ts-expect-error A key is required.
    (app: App) => app.use(isothermPlugin, { to: "/in" });
    // @ts-expect-error Options are required.
    (app: App) => app.use(isothermPlugin);
  });

  test("composables have the SDK's own types, and templates know v-track", () => {
    expectTypeOf(useIsotherm).returns.toEqualTypeOf<Isotherm>();
    expectTypeOf(useTrack).returns.toEqualTypeOf<Isotherm["track"]>();
    expectTypeOf<GlobalDirectives["vTrack"]>().toEqualTypeOf<TrackDirective>();
  });

  test("an experiment is known by its name, and answers with its variants", () => {
    const heroOf = () => useExperiment(tests, "hero");
    expectTypeOf(heroOf).returns.toEqualTypeOf<Readonly<ShallowRef<"calm" | "bold" | undefined>>>();
    // @ts-expect-error There is none of this name.
    () => useExperiment(tests, "zero");
  });

  test("what names pages is a beforeSend, and titles know the route", () => {
    (router: Router) => start({ ...options, beforeSend: byRoute(router, { title: ({ meta }) => `${meta.title}` }) });
  });
});
