import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflate } from "../../src/intake/inflate.js";
import { inflateByZlib } from "../../src/intake/inflate-by-zlib.js";

const packed = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const text = new TextEncoder().encode('{"title":"é\u2028€"}'.repeat(400));

describe.each([
  ["web standards", inflate],
  ["zlib", inflateByZlib],
])("gzip unpacked by %s", (_, unpack) => {
  test("is what was packed, up to the bound", async () => {
    expect(await unpack(packed(text))).toEqual(text);
    expect(await unpack(packed(text), text.byteLength)).toEqual(text);
  });

  test("is refused above the bound, without being held", async () => {
    const tooLarge = {
      code: "body_too_large",
      message: `a request may hold ${text.byteLength - 1} bytes after unpacking`,
    };
    await expect(unpack(packed(text), text.byteLength - 1)).rejects.toMatchObject(tooLarge);
    const bomb = packed(new Uint8Array(268_435_456));
    const before = process.memoryUsage().rss;
    await expect(unpack(bomb)).rejects.toMatchObject({ code: "body_too_large" });
    expect(process.memoryUsage().rss - before).toBeLessThan(134_217_728);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["text", text],
    ["the half of it", packed(text).subarray(0, 40)],
    ["a wrong checksum", packed(text).map((byte, at, { length }) => (at === length - 8 ? byte ^ 1 : byte))],
  ])("is refused where it is none: %s", async (_name, bytes) => {
    await expect(unpack(bytes)).rejects.toMatchObject({ code: "envelope_invalid" });
  });
});
