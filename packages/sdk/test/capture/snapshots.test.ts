import type { SnapshotHead } from "@isotherm/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type IsothermError, type SnapshotOptions, type StartOptions, snapshots } from "../../src/index.js";
import { begin, pass, restoreBrowser, settle, show, stayOnPage } from "../support/browser.js";
import { accept, type FakeServer, fakeServer, refuse } from "../support/server.js";

const picture = vi.fn((_mask?: string, _ignore?: string): unknown => ({ type: 0, id: 1, childNodes: [] }));
vi.mock("../../src/snapshot/picture.js", () => ({ picture }));

interface Upload {
  readonly to: string;
  readonly head: SnapshotHead;
  readonly tree: unknown;
  readonly init: RequestInit;
}

let server: FakeServer;
let uploads: Upload[];
let errors: IsothermError[];
let answer: () => Response;

const wish = (...pages: readonly string[]): Response =>
  refuse(202, { accepted: 1, duplicate: 0, rejected: [], hints: { snapshot: pages } });
const record = (options: Partial<StartOptions> = {}, own: SnapshotOptions = {}) =>
  begin({ use: [snapshots(own)], onError: (error) => errors.push(error), ...options });
/** Long enough for what is asked to be brought: it waits for the page to be idle, loads, and waits again. */
const bring = (): Promise<void> => vi.waitFor(() => expect(uploads.length + errors.length).toBeGreaterThan(0));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  stayOnPage();
  history.replaceState(null, "", "/pricing/?utm_source=x&token=secret");
  server = fakeServer();
  uploads = [];
  errors = [];
  answer = accept;
  picture.mockClear();
  const batches = fetch;
  vi.stubGlobal("requestIdleCallback", (act: () => void) => queueMicrotask(act));
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("fetch", async (to: string, init: RequestInit): Promise<Response> => {
    if (to === "/in") return batches(to, init);
    const [head = "", tree = ""] = new TextDecoder().decode(init.body as ArrayBuffer).split("\n");
    uploads.push({ to, head: JSON.parse(head), tree: JSON.parse(tree), init });
    return answer();
  });
});
afterEach(restoreBrowser);

describe("snapshots", () => {
  test("takes none until an answer asks for this very page", async () => {
    const isotherm = record();
    await isotherm.flush();
    server.answer = () => wish("/other");
    isotherm.track("again");
    await isotherm.flush();
    await pass(1_000);
    expect(picture).not.toHaveBeenCalled();
    expect(uploads).toEqual([]);
  });

  test("brings one to the intake's path and its name, and tells of it in its page view", async () => {
    server.answer = () => wish("/pricing");
    const isotherm = record();
    await isotherm.flush();
    await bring();
    const [{ to, head, tree, init }] = uploads as [Upload];
    const [batch] = server.accepted();
    expect(head).toEqual({
      ...{ v: 1, key: "pk_test", view: batch?.page.id, at: expect.any(Number), consent: "unset" },
      url: batch?.page.url,
      ...{ vw: innerWidth, vh: innerHeight, dw: 0, dh: 0 },
      layout: batch?.page.layout,
    });
    expect(head.url).not.toContain("secret");
    expect(tree).toEqual({ type: 0, id: 1, childNodes: [] });
    expect(init.headers).toEqual({ "content-type": "text/plain" });
    expect(init.redirect).toBe("error");
    await settle();
    await isotherm.flush();
    const [{ ref } = { ref: "" }] = server.of("snapshot");
    expect(to).toBe(`/in/${ref}`);
    expect(server.accepted().at(-1)?.page.id).toBe(head.view);
    // However often it is asked again.
    isotherm.track("again");
    await isotherm.flush();
    await pass(1_000);
    expect(uploads).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  test("says in each batch which layout the page has: that of its style sheets, or as it is told", async () => {
    const isotherm = record();
    await isotherm.flush();
    const own = record({ key: "pk_own" }, { layout: "build-7" });
    await own.flush();
    const [first, second] = server.requests.map(({ envelope }) => envelope.batches[0]?.page.layout);
    expect(first).toMatch(/^[0-9a-z]{1,7}$/);
    expect(second).toBe("build-7");
  });

  test("says nothing of it while style sheets may be on their way", async () => {
    const state = vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    const isotherm = record();
    await isotherm.flush();
    state.mockReturnValue("complete");
    isotherm.track("again");
    await isotherm.flush();
    const [first, second] = server.requests.map(({ envelope }) => envelope.batches[0]?.page.layout);
    expect(first).toBeUndefined();
    expect(second).toMatch(/^[0-9a-z]{1,7}$/);
  });

  test("passes on what is to be masked and left out", async () => {
    server.answer = () => wish("/pricing");
    await record({}, { mask: ".private", ignore: "#chat" }).flush();
    await bring();
    expect(picture).toHaveBeenCalledWith(".private", "#chat");
  });

  test("names the page as `beforeSend` does, and brings none of a page that it discards", async () => {
    server.answer = () => wish("/product/:id");
    history.replaceState(null, "", "/product/7");
    await record({
      beforeSend: (batch) => ({ ...batch, page: { ...batch.page, url: "https://shop.example/product/:id" } }),
    }).flush();
    await bring();
    expect(uploads[0]?.head.url).toBe("https://shop.example/product/:id");
    const discarding = record({
      key: "pk_second",
      beforeSend: (batch) => (batch.events.some(({ type }) => type === "snapshot") ? null : batch),
    });
    await discarding.flush();
    await pass(1_000);
    expect(uploads).toHaveLength(1);
  });

  test("brings none of a page that is hidden, that was left, or whose visitor refuses meanwhile", async () => {
    server.answer = () => wish("/pricing");
    const left = record();
    await left.flush();
    left.page({ url: `${location.origin}/next` });
    const refused = record({ key: "pk_refused" });
    await refused.flush();
    refused.consent("denied");
    const stopped = record({ key: "pk_stopped" });
    await stopped.flush();
    stopped.stop();
    const unseen = record({ key: "pk_unseen" });
    await unseen.flush();
    show(false);
    await pass(5_000);
    expect(uploads).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("says when one is refused or too large, and goes on", async () => {
    server.answer = () => wish("/pricing");
    answer = () => refuse(400);
    const isotherm = record();
    await isotherm.flush();
    await bring();
    await settle();
    expect(errors.map(({ code, reason }) => [code, reason])).toEqual([["delivery_refused", 400]]);
    picture.mockReturnValueOnce({ text: "x".repeat(2_100_000) });
    await record({ key: "pk_large" }).flush();
    await vi.waitFor(() => expect(errors).toHaveLength(2));
    expect(errors[1]).toMatchObject({ code: "capture_failed", reason: "snapshots: the page is too large for one" });
    expect(uploads).toHaveLength(1);
    isotherm.track("still here");
    await isotherm.flush();
    expect(server.of("snapshot")).toEqual([]);
    expect(server.of("custom")).toHaveLength(1);
  });

  test("waits a moment where the browser knows no idle time", async () => {
    vi.stubGlobal("requestIdleCallback", undefined);
    server.answer = () => wish("/pricing");
    await record().flush();
    await settle();
    expect(uploads).toEqual([]);
    await vi.waitFor(async () => {
      await pass(10);
      expect(uploads).toHaveLength(1);
    });
  });
});
