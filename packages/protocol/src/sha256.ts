import { nodeCrypto } from "./node-crypto.js";

/** The SHA-256 hash of a text in UTF-8, as 64 hexadecimal digits; in Node without a way to another thread and back. */
export async function sha256(text: string): Promise<string> {
  const node = nodeCrypto();
  if (node) return node.createHash("sha256").update(text).digest("hex");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
