import { createSecureContext } from "node:tls";

/** An address that cannot be followed, whoever is there: asking again does not help. */
export class UnfitAddress extends Error {}

/** Makes what an address asks for; whatever is wrong with it before anybody is asked is the address's fault. */
export function fitting<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof UnfitAddress) throw cause;
    throw new UnfitAddress(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * What a query says of TLS, of the words that are known. Throws `UnfitAddress` at others that look like it, and at one that
 * comes twice: a driver passes over them, and the connection would be less safe than its address says.
 */
export function tlsWords<Word extends string>(
  query: URLSearchParams,
  known: readonly Word[],
): { readonly [word in Word]?: string } {
  const found: { [word: string]: string } = {};
  for (const [word, value] of query) {
    if (!/^(use)?[-_]?(ssl|tls)/i.test(word)) continue;
    if (!(known as readonly string[]).includes(word))
      throw new UnfitAddress(`${word} is not understood; of TLS it may say ${known.join(", ")}`);
    if (word in found) throw new UnfitAddress(`${word} is said twice`);
    found[word] = value;
  }
  return found as { readonly [word in Word]?: string };
}

/** Throws where certificates or keys are none, as a driver would when it is too late to say so. */
export function checkCertificates(tls: unknown): void {
  if (typeof tls === "string") throw new UnfitAddress(`ssl is not understood where it is "${tls}"`);
  if (typeof tls === "object" && tls !== null) createSecureContext(tls);
}

// A server that is not whom its address says, or that nobody vouches for (https://nodejs.org/api/tls.html#x509-certificate-error-codes);
// not one whose certificate is out of date, which whoever looks after it renews.
const untrusted = new Set([
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_GET_ISSUER_CERT"],
  ...["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "CERT_UNTRUSTED", "CERT_REJECTED"],
  ...["CERT_REVOKED", "CERT_SIGNATURE_FAILURE", "INVALID_CA", "INVALID_PURPOSE", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);
/** The same in words, for the driver that puts a code of its own in the place of these. */
const untrustedWords = /^(self.signed certificate|unable to (get|verify) |Hostname\/IP does not match )/;

/** Whether a connection failed because the server could not prove who it is, and will not the next time. */
export function isUntrusted(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return untrusted.has(code) || untrustedWords.test(message);
}
