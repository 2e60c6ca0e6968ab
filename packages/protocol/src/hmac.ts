import { joinBytes } from "./join-bytes.js";
import { nodeCrypto } from "./node-crypto.js";

/** Makes HMAC-SHA-256 codes under one key, of a message in parts. */
export type Hmac = (...message: readonly Uint8Array[]) => Promise<Uint8Array> | Uint8Array;

/**
 * The key of these bytes, by whichever cryptography there is. WebCrypto hands every code to another thread and back, which
 * costs ten times what the code of a short message does; Node's own makes it at once.
 */
export function hmac(bytes: Uint8Array<ArrayBuffer>): Hmac {
  const node = nodeCrypto();
  if (node) {
    const key = node.createSecretKey(bytes);
    return (...message) => {
      const code = node.createHmac("sha256", key);
      for (const part of message) code.update(part);
      return code.digest();
    };
  }
  const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (...message) =>
    new Uint8Array(await crypto.subtle.sign("HMAC", await key, joinBytes(message) as BufferSource));
}
