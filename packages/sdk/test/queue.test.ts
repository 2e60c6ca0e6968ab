import { limits } from "@isotherm/protocol";
import { readEnvelope } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { attention } from "../src/index.js";
import { begin, pass, restoreBrowser } from "./support/browser.js";
import { type FakeServer, fakeServer } from "./support/server.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
});
afterEach(restoreBrowser);

const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

describe("the queue", () => {
  test("freezes a batch when it has been open for as long as it may", async () => {
    const isotherm = begin({ every: 1_000 });
    await pass(999);
    isotherm.track("a");
    await pass(1);
    isotherm.track("b");
    await pass(999);
    expect(server.accepted().map(({ events }) => events.length)).toEqual([2]);
    await pass(1);
    expect(server.accepted().map(({ events }) => events.length)).toEqual([2, 1]);
  });

  test("never lets a batch pass the limits, and loses no event, whatever is tracked", async () => {
    const text = fc.oneof(fc.string({ maxLength: 50 }), fc.string({ unit: "grapheme", maxLength: 6_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 40 }), async (texts) => {
        server = fakeServer();
        const isotherm = begin();
        for (const [i, value] of texts.entries()) isotherm.track(`n${i}`, { value });
        await isotherm.flush();
        const sent = server.of("custom").map(({ name }) => name);
        const { size = 0 } = server.accepted()[0]?.dropped ?? {};
        const tooBig = texts.filter((value) => bytes({ value }) > limits.propertyBytes).length;
        expect(sent.length + size + tooBig).toBe(texts.length);
        expect(sent).toEqual([...sent].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
        for (const batch of server.accepted())
          expect(bytes(batch)).toBeLessThanOrEqual(
            batch.events.length > 1 ? limits.batchSoftBytes : limits.batchHardBytes,
          );
        expect(server.accepted().map(({ seq }) => seq)).toEqual(server.accepted().map((_, i) => i));
        isotherm.stop();
      }),
      { numRuns: 30 },
    );
  });

  test("makes two batches of more events than one may hold", async () => {
    const isotherm = begin();
    for (let i = 0; i < 2_500; i++) isotherm.track("x");
    await isotherm.flush();
    expect(server.of("custom")).toHaveLength(2_500);
    for (const { events } of server.accepted()) expect(events.length).toBeLessThanOrEqual(limits.events);
    expect(readEnvelope(server.requests[0]?.body ?? "", { sealed: false })).toMatchObject({ ok: true });
  });

  test("counts each batch from its first event", async () => {
    const isotherm = begin();
    const at = Date.now();
    await pass(100);
    isotherm.track("a");
    await isotherm.flush();
    await pass(50);
    isotherm.track("b");
    await pass(20);
    isotherm.track("c");
    await isotherm.flush();
    expect(server.accepted().map((batch) => [batch.at - at, batch.events.map(({ t }) => t)])).toEqual([
      [0, [0, 100]],
      [150, [0, 20]],
    ]);
  });

  test("freezes when the width changes, with the width that was true", async () => {
    const isotherm = begin();
    const width = window.innerWidth;
    vi.stubGlobal("innerWidth", 400);
    window.dispatchEvent(new Event("resize"));
    isotherm.track("narrow");
    await isotherm.flush();
    expect(server.accepted().map(({ page }) => page.vw)).toEqual([width, 400]);
  });

  test("makes one change of a window that is dragged by its edge", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const isotherm = begin({ use: [attention()], every: 60_000 });
    await pass(1_000);
    const width = window.innerWidth;
    const drag = async (from: number): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        vi.stubGlobal("innerWidth", from + i);
        window.dispatchEvent(new Event("resize"));
        await pass(16);
      }
    };
    await drag(400);
    isotherm.track("between");
    await pass(1_000);
    await drag(600);
    isotherm.track("after");
    await isotherm.flush();
    expect(server.accepted().map(({ page }) => page.vw)).toEqual([width, 459, 659]);
  });
});
