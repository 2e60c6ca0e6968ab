import { type Hmac, hmac } from "../hmac.js";
import { ProtocolError } from "../protocol-error.js";
import { fromBase64, toBase64 } from "./base64.js";

const prefix = "whsec_";
const secretBytes = 32;
const mostSecrets = 2;
const mostKeys = 256;

/** A fresh secret for one relay: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)));

const keys = new Map<string, Hmac>();

/** Throws `secret_invalid` unless there are one or two. */
export function countSecrets(secrets: readonly string[]): void {
  if (secrets.length === 0 || secrets.length > mostSecrets)
    throw new ProtocolError("secret_invalid", `one or two secrets are needed, ${secrets.length} were given`);
}

/** The key of one secret, which holds at least so many bytes. Throws `secret_invalid`; no message repeats any part of a secret. */
export function keyOf(secret: string, index: number, leastBytes: number = secretBytes): Hmac {
  const known = `${leastBytes} ${secret}`;
  let key = keys.get(known);
  if (key === undefined) {
    key = hmac(bytesOf(secret, index, leastBytes));
    if (keys.size >= mostKeys) keys.clear();
    keys.set(known, key);
  }
  return key;
}

function bytesOf(secret: string, index: number, leastBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(prefix) ? fromBase64(secret.slice(prefix.length)) : undefined;
  if (bytes === undefined)
    throw new ProtocolError("secret_invalid", `secret ${index + 1} must be ${prefix} followed by base64`);
  if (bytes.length < leastBytes)
    throw new ProtocolError("secret_invalid", `secret ${index + 1} must hold at least ${leastBytes} bytes`);
  return bytes;
}
