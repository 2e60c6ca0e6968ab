import { afterEach, describe, expect, test, vi } from "vitest";
import { hmac } from "../src/hmac.js";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const hex = (code: Uint8Array): string => Buffer.from(code).toString("hex");

describe("hmac", () => {
  afterEach(() => vi.restoreAllMocks());

  // RFC 4231, test case 2.
  const key = bytes("Jefe");
  const message = bytes("what do ya want for nothing?");
  const code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

  test("makes the code of the standard at once, where Node's cryptography is at hand", () => {
    const made = hmac(key)(message);
    expect(made).toBeInstanceOf(Uint8Array);
    expect(hex(made as Uint8Array)).toBe(code);
  });

  test.each([
    ["is not", () => undefined as never],
    [
      "must not be asked for",
      () => {
        throw new Error("a Node.js API is used which is not supported in the Edge Runtime");
      },
    ],
  ])("makes the same by WebCrypto, where it %s", async (_name, getBuiltinModule) => {
    vi.spyOn(process, "getBuiltinModule").mockImplementationOnce(getBuiltinModule);
    const made = hmac(key)(message);
    expect(made).toBeInstanceOf(Promise);
    expect(hex(await made)).toBe(code);
  });

  test.each([
    ["Node's cryptography", false],
    ["WebCrypto", true],
  ])("makes one code of a message in parts as of the whole, by %s", async (_name, isMissing) => {
    if (isMissing) vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined as never);
    const parts = [message.subarray(0, 5), message.subarray(5, 5), message.subarray(5)];
    expect(hex(await hmac(key)(...parts))).toBe(code);
  });
});
