import { afterEach, describe, expect, test, vi } from "vitest";
import { sha256 } from "../src/sha256.js";

// The first example of FIPS 180-4, https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
const text = "abc";
const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("sha256", () => {
  afterEach(() => vi.restoreAllMocks());

  test("hashes as the standard says, by Node's cryptography and without WebCrypto's", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    expect(await sha256(text)).toBe(hash);
    expect(digest).not.toHaveBeenCalled();
  });

  test("hashes the same by WebCrypto, where Node's is not at hand", async () => {
    vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined as never);
    const digest = vi.spyOn(crypto.subtle, "digest");
    expect(await sha256(text)).toBe(hash);
    expect(digest).toHaveBeenCalledOnce();
  });

  test("hashes a text in UTF-8 both ways", async () => {
    const atOnce = await sha256("große Wärme 🌡");
    vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined as never);
    expect(await sha256("große Wärme 🌡")).toBe(atOnce);
  });
});
