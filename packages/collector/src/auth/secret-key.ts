import { createHash } from "node:crypto";
import { CollectorError } from "../collector-error.js";
import type { SecretKind } from "../registry/directory.js";
import type { StoredKey } from "../store/sites.js";
import type { Asker } from "./asker.js";
import { isValid } from "./is-valid.js";

const forms: { readonly [kind in SecretKind]: RegExp } = {
  read: /^Bearer +(rd_[0-9A-Za-z]{32})$/i,
  write: /^Bearer +(wr_[0-9A-Za-z]{32})$/i,
};

/**
 * Finds the key of `Authorization: Bearer …`. Throws `token_invalid`, and `rate_limited` once an address has been wrong too
 * often, whatever it shows then: else guessing would only be slowed down, not stopped.
 */
export async function secretKeyOf(
  kind: SecretKind,
  authorization: string | undefined,
  { address, failures, registry, now }: Asker,
): Promise<StoredKey> {
  const wait = failures.wait(address);
  if (wait > 0)
    throw new CollectorError("rate_limited", `too many wrong keys came from this network`, {
      retryAfter: Math.ceil(wait / 1000),
    });
  const prefix = kind === "read" ? "rd" : "wr";
  if (authorization === undefined)
    throw new CollectorError("token_invalid", `send the ${kind} key as \`Authorization: Bearer ${prefix}_…\``);
  const token = forms[kind].exec(authorization)?.[1];
  const digest = token === undefined ? undefined : createHash("sha256").update(token).digest("hex");
  const key = digest === undefined ? undefined : await registry.find((known) => known.secretKey(kind, digest));
  if (key === undefined || !isValid(key, now())) {
    failures.take(address);
    throw new CollectorError(
      "token_invalid",
      `this ${kind} key is not valid; \`isotherm keys create ${kind}\` makes one`,
    );
  }
  return key;
}
