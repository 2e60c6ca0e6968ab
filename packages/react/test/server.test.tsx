// @vitest-environment node
/** @jsxImportSource react */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { clicks, offline } from "@isotherm/sdk";
import { StrictMode, Suspense } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { IsothermProvider, useIsotherm, useTrack } from "../src/index.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const options = { key: "pk_test", to: "/in", use: [clicks(), offline()] };

function Page() {
  const isotherm = useIsotherm();
  const track = useTrack();
  // No app does this; where one does, its server must live.
  track("rendered");
  isotherm.page();
  return <button type="button">Buy</button>;
}

const app = (
  <StrictMode>
    <IsothermProvider options={options}>
      <Suspense fallback="…">
        <Page />
      </Suspense>
    </IsothermProvider>
  </StrictMode>
);

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
  test("renderToString renders the children, and nothing else happens", () => {
    const watched = watch();
    expect(renderToString(app)).toContain("Buy</button>");
    for (const spy of watched) expect(spy).not.toHaveBeenCalled();
  });

  test("streaming renders them too", async () => {
    const [fetch, error, warn] = watch();
    const html = new PassThrough();
    const failed: unknown[] = [];
    renderToPipeableStream(app, { onError: (cause) => void failed.push(cause) }).pipe(html);
    expect(await text(html)).toContain("Buy</button>");
    expect(failed).toEqual([]);
    for (const spy of [fetch, error, warn]) expect(spy).not.toHaveBeenCalled();
  });

  test("without a provider the hooks are silent", () => {
    const watched = watch();
    expect(renderToString(<Page />)).toContain("Buy</button>");
    for (const spy of watched) expect(spy).not.toHaveBeenCalled();
  });
});
