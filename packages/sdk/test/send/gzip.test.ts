import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gzip } from "../../src/index.js";
import { begin, leavePage, restoreBrowser, settle } from "../support/browser.js";
import { accept } from "../support/server.js";

let requests: RequestInit[];

beforeEach(() => {
  requests = [];
  vi.stubGlobal("Request", { prototype: { keepalive: false } });
  vi.stubGlobal("fetch", async (_to: string, init: RequestInit) => {
    requests.push(init);
    return accept();
  });
});
afterEach(restoreBrowser);

const text = "x".repeat(2_000);

test("gzip() makes a large request small, and says so", async () => {
  const isotherm = begin({ use: [gzip()] });
  isotherm.track("big", { text });
  expect(await isotherm.flush()).toEqual({ sent: 1, waiting: 0 });
  expect(requests[0]?.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "text/plain" });
  const body = JSON.parse(gunzipSync(Buffer.from(requests[0]?.body as ArrayBuffer)).toString());
  expect(body.batches[0].events[1]).toMatchObject({ name: "big", props: { text } });
});

test.each([
  ["a small request", "/in", "x", false],
  ["a request to another origin", "https://relay.example/in", text, false],
  ["the last request of a page", "/in", text, true],
])("gzip() leaves %s as it is", async (_name, to, value, last) => {
  const isotherm = begin({ to, use: [gzip()] });
  isotherm.track("event", { value });
  if (last) leavePage();
  else await isotherm.flush();
  await settle();
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers).toBeUndefined();
  expect(requests[0]?.body).toContain(value);
});

test("gzip() sends nothing any more where consent is denied while it compresses", async () => {
  const isotherm = begin({ use: [gzip()] });
  vi.stubGlobal(
    "CompressionStream",
    class extends CompressionStream {
      constructor(format: CompressionFormat) {
        super(format);
        isotherm.consent("denied");
      }
    },
  );
  isotherm.track("secret", { text });
  expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 0 });
  expect(requests).toEqual([]);
});
