import { fromBase64 } from "./base64.js";

/** Signs under one private key. */
export type Ed25519 = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

const prefix = "whsk_";
const seedBytes = 32;
/** Seed and public key together, as many libraries write a private key. */
const pairBytes = 64;

// RFC 8410, 7: the bytes of a PKCS #8 document before an Ed25519 seed.
const head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/** Whether a secret says that it is a private Ed25519 key. */
export const isPrivateKey = (secret: string): boolean => secret.startsWith(prefix);

/** The key of `whsk_` and 32 or 64 bytes in base64; undefined where it is none. */
export function ed25519(secret: string): Ed25519 | undefined {
  const bytes = fromBase64(secret.slice(prefix.length));
  if (bytes?.length !== seedBytes && bytes?.length !== pairBytes) return undefined;
  const document = Uint8Array.from([...head, ...bytes.subarray(0, seedBytes)]);
  const key = crypto.subtle.importKey("pkcs8", document, { name: "Ed25519" }, false, ["sign"]);
  // Whoever signs hears of a runtime without Ed25519; nobody else has to.
  key.catch(() => {});
  return async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", await key, message));
}
