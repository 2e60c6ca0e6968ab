import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { gzipSync } from "node:zlib";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { origin, running } from "../running.js";

/** A request of `bytes` bytes that has begun, and what it is answered. */
function begun(
  url: string,
  bytes: number,
): { readonly asked: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const headers = { "content-type": "text/plain", origin, "content-length": bytes };
  const asked = request(`${url}/v1/batches`, { method: "POST", headers });
  onTestFinished(() => {
    asked.destroy();
  });
  asked.on("error", () => undefined);
  return { asked, answer: new Promise((resolve) => asked.once("response", resolve)) };
}

const spaces = (bytes: number): Buffer => Buffer.alloc(bytes, " ");

describe("bodies of requests under way", () => {
  test("hold room until they are answered, and whoever finds none is to come again in seconds", async () => {
    const { server, collector, post } = await running({ intakeBytes: 100_000 });
    const body = JSON.stringify(envelopeOf({ batches: [batchOf()] }));
    const slow = begun(server.url, 90_000 + body.length);
    slow.asked.write(spaces(90_000));
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(90_000);

    const crowded = await post(`${" ".repeat(20_000)}${body}`);
    expect([crowded.status, crowded.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await crowded.json()).toMatchObject({ code: "unavailable" });
    const small = batchOf({ id: "0193a5b0-7c00-7abc-8def-012345670099" });
    expect((await post(envelopeOf({ batches: [small] }))).status).toBe(204);
    expect(await collector.metrics()).toMatch(/^isotherm_collector_turned_away_total 1$/m);

    slow.asked.end(body);
    expect((await slow.answer).statusCode).toBe(204);
    expect((await post(`${" ".repeat(20_000)}${body}`)).status).toBe(202);
    expect((await collector.health()).intake).toEqual({ bytes: 0, maxBytes: 100_000, turnedAway: 1 });
  });

  test("are let go of when whoever sends them leaves", async () => {
    const { server, collector } = await running({ intakeBytes: 100_000 });
    const { asked } = begun(server.url, 90_000);
    asked.write(spaces(50_000));
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(50_000);
    asked.destroy();
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(0);
  });

  test("count unpacked, whatever a packed one says of its length", async () => {
    const { server, collector, post } = await running({ intakeBytes: 100_000 });
    const slow = begun(server.url, 50_000);
    slow.asked.write(spaces(40_000));
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(40_000);

    const packed = gzipSync(`${" ".repeat(200_000)}${JSON.stringify(envelopeOf({ batches: [batchOf()] }))}`);
    expect((await post(packed, { "content-encoding": "gzip" })).status).toBe(503);
    const lying = Buffer.from(packed);
    lying.writeUInt32LE(10, lying.length - 4);
    expect((await post(lying, { "content-encoding": "gzip" })).status).toBe(503);
    slow.asked.destroy();
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(0);
    expect((await post(packed, { "content-encoding": "gzip" })).status).toBe(204);
  });
});
