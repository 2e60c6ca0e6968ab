import { joinBytes } from "../join-bytes.js";
import { ProtocolError } from "../protocol-error.js";
import { type Ed25519Check, ed25519Check, isPublicKey } from "./ed25519.js";
import { countSecrets, keyOf } from "./secret.js";

/** What one of a receiver's keys says of the signatures of its version that a request shows. */
export interface SignatureCheck {
  readonly version: "v1" | "v1a";
  readonly check: (message: readonly Uint8Array[], signatures: readonly Uint8Array<ArrayBuffer>[]) => Promise<boolean>;
}

const mostKeys = 256;
/** Signatures that are looked at under one public key: a long header must not cost much more than a short one. */
const mostSignatures = 4;
const publicKeys = new Map<string, Ed25519Check>();

/** The checks of one or two secrets or public keys. Throws `secret_invalid`; no message repeats any part of a secret. */
export function checksOf(secrets: readonly string[]): readonly SignatureCheck[] {
  countSecrets(secrets);
  return secrets.map((secret, index) =>
    isPublicKey(secret) ? withPublicKey(secret, index) : withSecret(secret, index),
  );
}

function withSecret(secret: string, index: number): SignatureCheck {
  const key = keyOf(secret, index);
  return {
    version: "v1",
    // One HMAC, however many signatures there are to compare with it.
    async check(message, signatures) {
      const expected = await key(...message);
      let matches = false;
      for (const signature of signatures) matches = equal(expected, signature) || matches;
      return matches;
    },
  };
}

function withPublicKey(text: string, index: number): SignatureCheck {
  const key = publicKeys.get(text) ?? ed25519Check(text);
  if (key === undefined)
    throw new ProtocolError("secret_invalid", `key ${index + 1} must be whpk_ and 32 bytes in base64`);
  if (publicKeys.size >= mostKeys) publicKeys.clear();
  publicKeys.set(text, key);
  return {
    version: "v1a",
    async check(message, signatures) {
      const whole = joinBytes(message);
      for (const signature of signatures.slice(0, mostSignatures)) if (await key(whole, signature)) return true;
      return false;
    },
  };
}

/** Compares in a time that tells nothing of where two signatures differ. */
function equal(expected: Uint8Array, candidate: Uint8Array): boolean {
  if (expected.length !== candidate.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= (expected[i] as number) ^ (candidate[i] as number);
  return difference === 0;
}
