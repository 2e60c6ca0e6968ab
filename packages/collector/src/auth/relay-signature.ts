import { type Verdict, verify } from "@isotherm/protocol/signature";
import { CollectorError } from "../collector-error.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { StoredKey } from "../store/sites.js";
import type { Buckets } from "./buckets.js";
import { isValid } from "./is-valid.js";

/** The header that tells which relay signed, and so that anything is signed at all. */
export const relayKeyHeader = "relay-key-id";

/** A request that claims to come from a relay. */
export interface SignedRequest {
  readonly header: (name: string) => string | undefined;
  readonly address: string;
}

/** What it takes to judge the claim. */
export interface SignatureCheck {
  readonly registry: RegistryKeeper;
  readonly failures: Buckets;
  readonly now: () => number;
}

/**
 * The relay key that a request names, found before its body is read. Throws `signature_invalid` for unknown and revoked
 * keys alike, and `rate_limited` once an address has been wrong too often.
 */
export async function relayKeyOf(request: SignedRequest, check: SignatureCheck): Promise<StoredKey> {
  const { registry, failures } = check;
  const wait = failures.wait(request.address);
  if (wait > 0)
    throw new CollectorError("rate_limited", "too many wrong signatures came from this address", {
      retryAfter: Math.ceil(wait / 1000),
    });
  const id = request.header(relayKeyHeader) ?? "";
  const key = await registry.find((known) => known.relayKey(id));
  if (key === undefined || !isValid(key, check.now()) || key.secret === null) {
    failures.take(request.address);
    throw new CollectorError(
      "signature_invalid",
      "this relay key is not valid; `isotherm keys create relay` makes one",
    );
  }
  return key;
}

/**
 * Checks the signature over the uncompressed bytes. Throws `signature_invalid`, with what is wrong. One that does not hold
 * is checked again where the store has another secret by now, so that a relay may use a new one at once.
 */
export async function checkSignature(
  request: SignedRequest,
  body: Uint8Array,
  key: StoredKey,
  check: SignatureCheck,
): Promise<void> {
  const { registry, failures } = check;
  let verdict = await judge(request, body, key, check);
  if (!verdict.ok) {
    const newer = await registry.find((known) => {
      const found = known.relayKey(key.id);
      return found !== undefined && found.secret !== key.secret && isValid(found, check.now()) ? found : undefined;
    });
    if (newer !== undefined) verdict = await judge(request, body, newer, check);
  }
  if (verdict.ok) return;
  failures.take(request.address);
  throw new CollectorError("signature_invalid", `the signature does not hold: ${verdict.reason}`);
}

function judge({ header }: SignedRequest, body: Uint8Array, key: StoredKey, { now }: SignatureCheck): Promise<Verdict> {
  // While a secret is being rotated, a key holds two, parted by a space, as webhook signatures are.
  const secrets = (key.secret ?? "").split(" ").filter((secret) => secret !== "");
  return verify({ headers: header, body, secrets, now: now() });
}
