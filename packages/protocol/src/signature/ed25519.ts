import { joinBytes } from "../join-bytes.js";
import { fromBase64, toBase64 } from "./base64.js";

/** Signs under one private key. */
export type Ed25519 = (...message: readonly Uint8Array[]) => Promise<Uint8Array>;

/** Says whether a signature of a message was made with the private half of one public key. */
export type Ed25519Check = (message: Uint8Array, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** Both halves of a key, as Standard Webhooks writes them: `whsk_…` is the sender's secret, `whpk_…` nobody's. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

const privatePrefix = "whsk_";
const publicPrefix = "whpk_";
const algorithm = { name: "Ed25519" };
const seedBytes = 32;
const publicBytes = 32;
/** Seed and public key together, as many libraries write a private key. */
const pairBytes = 64;

// RFC 8410, 7: the bytes of a PKCS #8 document before an Ed25519 seed.
const head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/** A fresh key for one relay. */
export async function newKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = (await crypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const document = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const open = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return {
    privateKey: privatePrefix + toBase64(document.subarray(head.length, head.length + seedBytes)),
    publicKey: publicPrefix + toBase64(open),
  };
}

/** Whether a secret says that it is a private Ed25519 key. */
export const isPrivateKey = (secret: string): boolean => secret.startsWith(privatePrefix);

/** Whether a key says that it is a public Ed25519 key. */
export const isPublicKey = (key: string): boolean => key.startsWith(publicPrefix);

/** What signs with `whsk_` and 32 or 64 bytes in base64; undefined where it is no key. */
export function ed25519(secret: string): Ed25519 | undefined {
  const bytes = fromBase64(secret.slice(privatePrefix.length));
  if (bytes?.length !== seedBytes && bytes?.length !== pairBytes) return undefined;
  const document = Uint8Array.from([...head, ...bytes.subarray(0, seedBytes)]);
  const key = crypto.subtle.importKey("pkcs8", document, algorithm, false, ["sign"]);
  // Whoever signs hears of a runtime without Ed25519; nobody else has to.
  key.catch(() => {});
  return async (...message) =>
    new Uint8Array(await crypto.subtle.sign(algorithm, await key, joinBytes(message) as BufferSource));
}

/** What checks with `whpk_` and 32 bytes in base64; undefined where it is no key. */
export function ed25519Check(key: string): Ed25519Check | undefined {
  const bytes = fromBase64(key.slice(publicPrefix.length));
  if (bytes?.length !== publicBytes) return undefined;
  const known = crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  known.catch(() => {});
  return async (message, signature) => crypto.subtle.verify(algorithm, await known, signature, message as BufferSource);
}
