import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { gzipSync } from "node:zlib";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { intakePath } from "../kit/relay.js";
import { startServer } from "../kit/server.js";
import { standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

const page = { origin: "https://shop.example", "content-type": "text/plain" };

const send = (url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + intakePath, { method: "POST", headers: { ...page, ...headers }, body: body as string });

/** A request of `bytes` bytes that has begun, and what it is answered. */
function begun(
  url: string,
  bytes: number,
  address = "203.0.113.1",
  path = "",
): { readonly asked: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const headers = { ...page, "content-length": bytes, "x-forwarded-for": address };
  const asked = request(url + intakePath + path, { method: "POST", headers });
  onTestFinished(() => {
    asked.destroy();
  });
  asked.on("error", () => undefined);
  return { asked, answer: new Promise((resolve) => asked.once("response", resolve)) };
}

/** Whoever sends without a name of its own is at 127.0.0.1. */
const trustProxy = ["127.0.0.1"];

const spaces = (bytes: number): string => " ".repeat(bytes);

describe("bodies of requests under way", () => {
  test("hold room until they are answered, and whoever finds none is to come again in seconds", async () => {
    const { url, relay } = await startServer(await standIn(), { intakeBytes: 100_000, trustProxy });
    const held = async (): Promise<number> => (await relay.health()).intake.bytes;
    const body = JSON.stringify(envelopeOf({ batches: [batchOf({ at: Date.now() })] }));
    const slow = begun(url, 90_000 + body.length);
    slow.asked.write(spaces(90_000));
    await until(held, (bytes) => bytes === 90_000);

    const crowded = await send(url, spaces(20_000) + body);
    expect([crowded.status, crowded.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(crowded.headers.get("access-control-allow-origin")).toBe(page.origin);
    expect(await crowded.json()).toMatchObject({ code: "unavailable" });
    const small = JSON.stringify(envelopeOf({ batches: [batchOf({ id: "0193a5b0-7c00-7abc-8def-012345670099" })] }));
    expect((await send(url, small)).status).toBe(204);
    expect((await relay.ledger()).requests).toEqual({ unavailable: 1 });

    slow.asked.end(body);
    expect((await slow.answer).statusCode).toBe(204);
    expect((await send(url, spaces(20_000) + body)).status).toBe(202);
    expect((await relay.health()).intake).toEqual({ bytes: 0, maxBytes: 100_000 });
  });

  test("are let go of when whoever sends them leaves", async () => {
    const { url, relay } = await startServer(await standIn(), { intakeBytes: 100_000, trustProxy });
    const held = async (): Promise<number> => (await relay.health()).intake.bytes;
    const { asked } = begun(url, 90_000);
    asked.write(spaces(50_000));
    await until(held, (bytes) => bytes === 50_000);
    asked.destroy();
    await until(held, (bytes) => bytes === 0);
  });

  test("count unpacked, whatever a packed one says of its length", async () => {
    const { url, relay } = await startServer(await standIn(), { intakeBytes: 100_000, trustProxy });
    const held = async (): Promise<number> => (await relay.health()).intake.bytes;
    const slow = begun(url, 50_000);
    slow.asked.write(spaces(40_000));
    await until(held, (bytes) => bytes === 40_000);

    const packed = gzipSync(spaces(200_000) + JSON.stringify(envelopeOf({ batches: [batchOf({ at: Date.now() })] })));
    expect((await send(url, packed, { "content-encoding": "gzip" })).status).toBe(503);
    const lying = Buffer.from(packed);
    lying.writeUInt32LE(10, lying.length - 4);
    expect((await send(url, lying, { "content-encoding": "gzip" })).status).toBe(503);
    slow.asked.destroy();
    await until(held, (bytes) => bytes === 0);
    expect((await send(url, packed, { "content-encoding": "gzip" })).status).toBe(204);
  });

  test("of one network leave room for those of others", async () => {
    const { url, relay } = await startServer(await standIn(), { trustProxy });
    const slow = Array.from({ length: 16 }, (_, at) => {
      // One household has all the addresses of a /64.
      const sent = begun(url, 2_097_152, `2001:db8::${at}`, `/0193a5b0-7c00-4abc-8def-0123456700${10 + at}`);
      sent.asked.write(spaces(2_097_151));
      return sent;
    });
    let refused = 0;
    for (const { answer } of slow)
      answer.then(({ statusCode }) => {
        if (statusCode === 503) refused++;
      });
    await until(
      () => refused,
      (count) => count === 11,
    );
    // Five of them have room for all that they send, which comes bit by bit.
    const held = async (): Promise<number> => (await relay.health()).intake.bytes;
    await until(held, (bytes) => bytes === 5 * 2_097_151);

    const wide = spaces(1_000_000) + JSON.stringify(envelopeOf({ batches: [batchOf({ at: Date.now() })] }));
    expect((await send(url, wide, { "x-forwarded-for": "203.0.113.2" })).status).toBe(204);
    expect((await send(url, wide, { "x-forwarded-for": "2001:db8::77" })).status).toBe(503);
  });
});
