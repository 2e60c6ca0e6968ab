import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { readBody } from "../../src/intake/read-body.js";
import { room } from "../../src/intake/room.js";
import { origin, running } from "../running.js";

/** A request of `bytes` bytes that has begun, and what it is answered. */
function begun(
  url: string,
  bytes: number,
  address = "203.0.113.1",
  path = "",
): { readonly asked: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const headers = { "content-type": "text/plain", origin, "content-length": bytes, "x-forwarded-for": address };
  const asked = request(`${url}/v1/batches${path}`, { method: "POST", headers });
  onTestFinished(() => {
    asked.destroy();
  });
  asked.on("error", () => undefined);
  return { asked, answer: new Promise((resolve) => asked.once("response", resolve)) };
}

/** Whoever sends without a name of its own is at 127.0.0.1. */
const trustProxy = ["127.0.0.1"];

const spaces = (bytes: number): Buffer => Buffer.alloc(bytes, " ");

describe("bodies of requests under way", () => {
  test("hold room until they are answered, and whoever finds none is to come again in seconds", async () => {
    const { server, collector, post } = await running({ intakeBytes: 100_000, trustProxy });
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
    const { server, collector } = await running({ intakeBytes: 100_000, trustProxy });
    const { asked } = begun(server.url, 90_000);
    asked.write(spaces(50_000));
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(50_000);
    asked.destroy();
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 20_000 }).toBe(0);
  });

  test("count unpacked, whatever a packed one says of its length", async () => {
    const { server, collector, post } = await running({ intakeBytes: 100_000, trustProxy });
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

  test("hold nothing any more when whoever sent them leaves while they are unpacked", async () => {
    const bodies = room(10_000_000);
    const place = bodies.enter("203.0.113.1");
    const packed = gzipSync(spaces(1_000_000));
    packed.writeUInt32LE(500_000, packed.length - 4);
    const leavesMeanwhile = {
      ...place,
      take(bytes: number) {
        place.take(bytes);
        if (bytes === 500_000) queueMicrotask(place.leave);
      },
    };
    const headers = { "content-encoding": "gzip" };
    const read = readBody(headers, Readable.from([packed]), { sent: 1_000_000, inflated: 1_000_000 }, leavesMeanwhile);
    const fault: unknown = await read.catch((error: unknown) => error);
    expect(bodies.state()).toMatchObject({ bytes: 0, turnedAway: 0 });
    expect(fault).toMatchObject({ code: "unavailable" });
  });

  test("are let go of when the line is cut on which they wait behind each other", async () => {
    let release = (): void => undefined;
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    const journal = memoryJournal();
    const slow: typeof journal = {
      ...journal,
      async append(...appended) {
        await hung;
        return journal.append(...appended);
      },
    };
    const { server, collector } = await running({ journal: slow });
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => {
      process.off("warning", note);
      release();
    });
    const { port, hostname } = new URL(server.url);
    const body = JSON.stringify(envelopeOf({ batches: [batchOf()] }));
    const head = `POST /v1/batches HTTP/1.1\r\nhost: x\r\norigin: ${origin}\r\ncontent-length: ${body.length}\r\n\r\n`;
    const socket = connect(Number(port), hostname, () => socket.write(`${head}${body}`.repeat(15)));
    const held = async (): Promise<number> => (await collector.health()).intake.bytes;
    await expect.poll(held, { timeout: 60_000 }).toBe(15 * body.length);
    socket.destroy();
    await expect.poll(held, { timeout: 60_000 }).toBe(0);
    expect(warnings).toEqual([]);
  });

  test("of one network leave room for those of others, relays among them", async () => {
    const { server, collector, post, postSigned } = await running({ trustProxy });
    const slow = Array.from({ length: 16 }, (_, at) => {
      // One household has all the addresses of a /64.
      const sent = begun(server.url, 2_097_152, `2001:db8::${at}`, `/0193a5b0-7c00-4abc-8def-0123456700${10 + at}`);
      sent.asked.write(spaces(2_097_151));
      return sent;
    });
    let refused = 0;
    for (const { answer } of slow)
      answer.then(({ statusCode }) => {
        if (statusCode === 503) refused++;
      });
    await expect.poll(() => refused, { timeout: 60_000 }).toBe(11);
    // Five of them have room for all that they send, which comes bit by bit.
    await expect.poll(async () => (await collector.health()).intake.bytes).toBe(5 * 2_097_151);

    const wide = `${" ".repeat(1_000_000)}${JSON.stringify(envelopeOf({ batches: [batchOf()] }))}`;
    expect((await post(wide, { "x-forwarded-for": "203.0.113.2" })).status).toBe(204);
    expect((await post(wide, { "x-forwarded-for": "2001:db8::77" })).status).toBe(503);
    const signed = JSON.stringify(envelopeOf({ batches: [] }));
    const answers = await Promise.all(Array.from({ length: 4 }, () => postSigned(`${" ".repeat(1_000_000)}${signed}`)));
    expect(answers.map(({ status }) => status)).not.toContain(503);
  });
});
