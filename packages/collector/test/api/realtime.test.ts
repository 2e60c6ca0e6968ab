import { envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { realtimeStreams } from "../../src/api/realtime-streams.js";
import { hashOf, keyOf, otherReadKey, readKey, running, siteOf } from "../running.js";

const path = "/v1/sites/shop/realtime";
const streaming = { accept: "text/event-stream" };
const anybody = (): boolean => true;
const shop = { id: "read-1", kind: "read", secret: hashOf(readKey) } as const;

/** Waits until it holds. */
async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 50_000; !holds(); ) {
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Reads a stream of events until it holds what is looked for, or has ended. */
async function read(
  answer: Response,
  until: (text: string) => boolean,
): Promise<{ text: string; stop(): Promise<void> }> {
  const reader = answer.body?.getReader();
  if (!reader) throw new Error("no body");
  const decoder = new TextDecoder();
  let text = "";
  while (!until(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return { text, stop: () => reader.cancel() };
}

const answersIn = (text: string): readonly { readonly current: number }[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json as string));

describe("realtime", { timeout: 60_000 }, () => {
  test("sends an answer at once, and another when it differs", async () => {
    const { get, post, collector } = await running();
    const stream = await get(path, readKey, streaming);
    expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(stream.headers.get("x-request-id")).toBeTruthy();
    const reading = read(stream, (text) => answersIn(text).length === 2);
    expect((await post(envelopeOf())).status).toBe(204);
    await collector.settled();
    const { text, stop } = await reading;
    expect(answersIn(text).at(-1)?.current).toBe(1);
    await stop();
  });

  test("is closed to who may not read the site, and refuses what it does not know", async () => {
    const { get } = await running();
    expect((await get(path, null, streaming)).status).toBe(401);
    expect((await get(path, otherReadKey, streaming)).status).toBe(404);
    expect((await get(`${path}?filter=[]`, readKey, streaming)).status).toBe(400);
  });

  test("opens no more streams than it may, until one is let go", async () => {
    const { get } = await running({ streams: 1 });
    const first = await get(path, readKey, streaming);
    const { stop } = await read(first, (text) => text.includes("data: "));
    const refused = await get(path, readKey, streaming);
    expect([refused.status, (await refused.json()).code]).toEqual([429, "rate_limited"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await stop();
    for (const deadline = Date.now() + 50_000; ; ) {
      const again = await get(path, readKey, streaming);
      if (again.status === 200) break;
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test("ends when the collector does, and keeps no server from closing", async () => {
    const { get, server } = await running();
    const stream = await get(path, readKey, streaming);
    const ended = read(stream, () => false);
    await server.close();
    expect((await ended).text).toContain(":\n\n");
  });

  test.each<[string, (parts: Awaited<ReturnType<typeof running>>) => Promise<unknown> | unknown]>([
    ["its key is revoked", ({ store, clock }) => store.putKey(keyOf({ ...shop, revokedAt: clock.now }))],
    ["its key may no longer ask for numbers", ({ store }) => store.putKey(keyOf({ ...shop, scopes: ["visitors"] }))],
    ["its key is made one of another site", ({ store }) => store.putKey(keyOf({ ...shop, site: "blog" }))],
    [
      "a key that another took the place of has had its time",
      async ({ store, clock, collector }) => {
        await store.putKey(keyOf({ ...shop, revokedAt: clock.now + 60_000 }));
        await collector.refresh();
        clock.now += 60_000;
      },
    ],
  ])("ends within seconds once %s, and tells nothing more", async (_when, change) => {
    const parts = await running();
    const stream = await parts.get(path, readKey, streaming);
    const ended = read(stream, () => false);
    const began = performance.now();
    await change(parts);
    const { text } = await ended;
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(answersIn(text).length).toBeLessThanOrEqual(1);
    expect((await parts.get(path, readKey, streaming)).status).not.toBe(200);
  });

  test("goes on while other keys, and what does not matter of its own, are changed", async () => {
    const { get, post, store, collector, clock } = await running();
    const stream = await get(path, readKey, streaming);
    const reading = read(stream, (text) => answersIn(text).length === 2);
    await store.putKey(keyOf({ ...shop, label: "on the wall", scopes: ["stats"] }));
    await store.putKey(keyOf({ id: "read-2", kind: "read", secret: hashOf(otherReadKey), revokedAt: clock.now }));
    await store.putSite(siteOf({ name: "The shop" }));
    await collector.refresh();
    expect((await post(envelopeOf())).status).toBe(204);
    await collector.settled();
    await (await reading).stop();
  });

  test("is not opened for who asks for its headers alone", async () => {
    const { get, server } = await running({ streams: 1 });
    const headers = { authorization: `Bearer ${readKey}`, ...streaming };
    for (const _ of [1, 2, 3]) {
      const answer = await fetch(`${server.url}${path}`, { method: "HEAD", headers });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    }
    const stream = await get(path, readKey, streaming);
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });

  test("takes nobody's place for longer than it lives, also where nobody takes the rest of it", async () => {
    const streams = realtimeStreams({ most: 1, every: 5, life: 20, linger: 20 });
    const silent = (): Promise<string> => new Promise(() => undefined);
    const stream = streams.open("a", silent, anybody);
    await until(() => stream.destroyed);
    streams.open("a", silent, anybody).destroy();
    streams.close();
  });

  test("says nothing more to who is slow to take the end of it", async () => {
    const streams = realtimeStreams({ most: 2, every: 5, life: 20, linger: 60_000 });
    let asked = 0;
    const ask = async (): Promise<string> => `{"current":${++asked}}`;
    const slow = streams.open("a", ask, anybody);
    const faults: unknown[] = [];
    slow.on("error", (error) => faults.push(error));
    const ended = asked + 20;
    await until(() => asked > ended);
    let text = "";
    for await (const chunk of slow) text += chunk;
    expect(answersIn(text).length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
    streams.close();
  });

  test("asks once for all who want the same, and not while nobody listens", async () => {
    const streams = realtimeStreams({ most: 3, every: 5 });
    let asked = 0;
    const ask = async (): Promise<string> => `{"asOf":${++asked},"current":1}`;
    const [one, two] = [streams.open("a", ask, anybody), streams.open("a", ask, anybody)];
    let text = "";
    one.on("data", (chunk) => {
      text += chunk;
    });
    while (asked < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    // Only how fresh it is has changed.
    expect(text.match(/data: /g)).toHaveLength(1);
    one.destroy();
    two.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const then = asked;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(asked).toBe(then);
    streams.close();
    expect(() => streams.open("a", ask, anybody)).toThrow(expect.objectContaining({ code: "unavailable" }));
  });

  test("goes on when the store was away", async () => {
    const streams = realtimeStreams({ most: 1, every: 5 });
    let asked = 0;
    const stream = streams.open(
      "a",
      async () => {
        if (++asked < 3) throw new Error("away");
        return '{"asOf":1,"current":2}';
      },
      anybody,
    );
    let text = "";
    for await (const chunk of stream) {
      text += chunk;
      if (answersIn(text).length > 0) break;
    }
    expect(answersIn(text)).toEqual([{ asOf: 1, current: 2 }]);
    streams.close();
  });

  test("ends a stream when its time is over, so that its key is asked for again", async () => {
    const streams = realtimeStreams({ most: 1, every: 5, life: 30 });
    let text = "";
    for await (const chunk of streams.open("a", async () => "{}", anybody)) text += chunk;
    expect(text).toMatch(/^:/);
    streams.close();
  });
});
