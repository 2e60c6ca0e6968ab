// @vitest-environment node

import { text } from "node:stream/consumers";
import { clicks, offline } from "@isotherm/sdk";
import { renderToNodeStream, renderToString } from "@vue/server-renderer";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createSSRApp, defineComponent, h, resolveDirective, withDirectives } from "vue";
import { isothermPlugin, useIsotherm, useTrack } from "../src/index.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A new app, as a server makes for each request. */
const app = () =>
  createSSRApp(
    defineComponent(() => {
      // No app does this; where one does, its server must live.
      useTrack()("rendered");
      useIsotherm().page();
      return () => {
        const directive = resolveDirective("track");
        return directive && withDirectives(h("button", "Buy"), [[directive, "signup"]]);
      };
    }),
  ).use(isothermPlugin, { key: "pk_test", to: "/in", use: [clicks(), offline()] });

/** Whatever would be heard or seen of an SDK that runs. */
const watch = () => {
  const fetch = vi.fn();
  vi.stubGlobal("fetch", fetch);
  return [
    fetch,
    vi.spyOn(console, "error"),
    vi.spyOn(console, "warn"),
    vi.spyOn(globalThis, "setTimeout"),
    vi.spyOn(globalThis, "setInterval"),
  ];
};

describe("on a server", () => {
  test("renderToString renders what is inside without a trace of v-track, and nothing else happens", async () => {
    const watched = watch();
    expect(await renderToString(app())).toBe("<button>Buy</button>");
    for (const spy of watched) expect(spy).not.toHaveBeenCalled();
  });

  test("streaming renders it too", async () => {
    const watched = watch();
    expect(await text(renderToNodeStream(app()))).toBe("<button>Buy</button>");
    for (const spy of watched) expect(spy).not.toHaveBeenCalled();
  });
});
