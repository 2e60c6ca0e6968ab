import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { edgeOf, fixtures, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type StdoutTargetOptions, stdout, stdoutChecks } from "../../src/target/stdout.js";
import { collectingStream } from "../kit/collecting-stream.js";
import { forwarding } from "../kit/forwarding.js";
import { everyType, everything, requestsOf } from "../kit/requests.js";

const target = (options: Partial<StdoutTargetOptions> = {}) => stdout({ type: "stdout", ...options });
const custom = (name: string) => ({ ...fixtures.custom, name });

describe("stdout", () => {
  test("writes a line for every event, in their order", async () => {
    const { stream, lines, text } = collectingStream();
    const { append, settled } = await forwarding(target({ stream, events: { types: everyType } }));
    const batches = [everything(), sealedBatchOf({ events: [custom("line\nbreak\u2028\u2029")] })];
    await append(batches);
    expect(await settled()).toMatchObject({ forwarded: 2 });
    expect(lines().map(({ name }) => name)).toEqual([
      ...["page", "click", "dead", "move", "scroll", "attention", "input", "keyboard", "signup", "purchase"],
      ...["vital", "error", "identify", "exposure", "snapshot", "line\nbreak\u2028\u2029"],
    ]);
    expect(text()).not.toMatch(/[\u2028\u2029]/);
    expect(lines()[9]).toEqual({
      id: "0193a5b0-7c00-7abc-8def-012345670009",
      at: "2026-11-21T09:00:02.100Z",
      site: "shop",
      type: "goal",
      name: "purchase",
      visitor: "0193a5b0-0000-7000-8000-00000000000a",
      user: "u-1",
      session: "0193a5b0-7800-7000-8000-00000000000b",
      url: "https://shop.example/pricing",
      title: "Pricing",
      referrer: "https://search.example/",
      properties: { value: 49.9, currency: "EUR" },
      ip: "203.0.113.0",
      agent: edgeOf().ua,
    });
  });

  test("writes no whole address", () => {
    const [request] = requestsOf(
      target(),
      [sealedBatchOf({ edge: edgeOf({ address: "203.0.113.7" }) })],
      "203.0.113.7",
    );
    expect(new TextDecoder().decode(request?.body)).not.toContain("203.0.113.7");
    expect(target().needsAddress).toBe(false);
  });

  test("writes again what a stream did not take, and counts the doubt", async () => {
    const { stream, lines } = collectingStream((write) => write < 4);
    const { append, settled } = await forwarding(target({ stream }));
    await append([sealedBatchOf({ events: [custom("a")] }), sealedBatchOf({ events: [custom("b")] })]);
    expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 2 });
    expect(lines().map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("waits for a reader that is slow, and ends without one that never reads", async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const { append, settled, close } = await forwarding(target({ stream }));
    await append([sealedBatchOf({ events: [custom("a")] })]);
    const [line] = (await once(stream, "data")) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ name: "a" });
    expect(await settled()).toMatchObject({ forwarded: 1 });
    stream.pause();
    await append([sealedBatchOf({ events: [custom("b")] }), sealedBatchOf({ events: [custom("c")] })]);
    await close();
  });

  test("outlives a reader that goes away", async () => {
    const reader = spawn("head", ["-n", "1"], { stdio: ["pipe", "pipe", "ignore"] });
    const { append, settled } = await forwarding(target({ stream: reader.stdin }));
    await append([sealedBatchOf({ events: [custom("a")] })]);
    const [line] = (await once(reader.stdout, "data")) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ name: "a" });
    expect(await settled()).toMatchObject({ forwarded: 1 });
    const closed = new Promise((done) => reader.stdin.on("close", done));
    reader.stdin.destroy(new Error("EPIPE"));
    await closed;
  });

  test("says of something that cannot be written to what it wants", () => {
    const check = (stream: unknown) => () =>
      stdoutChecks({ type: "stdout", stream } as StdoutTargetOptions, optionCheck("targets[0]"));
    expect(check(undefined)).not.toThrow();
    expect(check(new PassThrough())).not.toThrow();
    expect(check("out.ndjson")).toThrow("targets[0].stream: give a writable stream");
  });
});
