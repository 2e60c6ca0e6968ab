import { ProtocolError } from "../protocol-error.js";
import { toBase64 } from "./base64.js";
import { type Ed25519, ed25519, isPrivateKey } from "./ed25519.js";
import { countSecrets, keyOf } from "./secret.js";

/** Makes one entry of a `webhook-signature`. */
export type Signer = (...message: readonly Uint8Array[]) => Promise<string>;

const mostKeys = 256;
const privateKeys = new Map<string, Ed25519>();

/** What signs for one or two secrets. Throws `secret_invalid`; no message repeats any part of a secret. */
export function signersOf(secrets: readonly string[], leastBytes?: number): readonly Signer[] {
  countSecrets(secrets);
  return secrets.map((secret, index): Signer => {
    const [version, key] = isPrivateKey(secret)
      ? (["v1a", privateKeyOf(secret, index)] as const)
      : (["v1", keyOf(secret, index, leastBytes)] as const);
    return async (...message) => `${version},${toBase64(await key(...message))}`;
  });
}

function privateKeyOf(secret: string, index: number): Ed25519 {
  const key = privateKeys.get(secret) ?? ed25519(secret);
  if (key === undefined)
    throw new ProtocolError("secret_invalid", `secret ${index + 1} must be whsk_ and 32 or 64 bytes in base64`);
  if (privateKeys.size >= mostKeys) privateKeys.clear();
  privateKeys.set(secret, key);
  return key;
}
