import type { IncomingHttpHeaders } from "node:http";
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from "jose";
import { CollectorError } from "../collector-error.js";
import type { Buckets } from "./buckets.js";
import type { IngestAuthOptions } from "./ingest-auth.js";

/** Judges the tokens of batches that no relay signed. */
export interface Tokens {
  /**
   * Resolves where a request with these headers may bring batches for the site. Rejects with `token_invalid`, with
   * `rate_limited` once a network has been wrong too often, and with `unavailable` while the issuer's keys cannot be had.
   */
  check(headers: IncomingHttpHeaders, site: string, address: string): Promise<void>;
}

/** Of both kinds of keys; never a secret that a public key could be taken for: https://www.rfc-editor.org/rfc/rfc8725#section-3.1 */
const algorithms = ["RS256", "ES256"];
/** Clocks of two machines may differ by so many seconds. */
const tolerance = 5;
/** A set of keys is fetched again after ten minutes, and for a key that it does not hold, but not more often than every 30 s. */
const cache = { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 5_000 };
/** A set of keys is a few kilobytes. */
const mostBytes = 262_144;
/** A token is a few hundred bytes. */
const longest = 8_192;

/** Throws `options_invalid` where a mode with tokens does not say whose. */
export function tokens(
  { mode = "projectKey", jwksUrl, issuer, audience }: IngestAuthOptions,
  {
    failures,
    now,
    fetchKeys = fetch,
  }: {
    readonly failures: Buckets;
    readonly now: () => number;
    /** @default the global fetch */
    readonly fetchKeys?: typeof fetch;
  },
): Tokens {
  if (!["projectKey", "jwt", "both"].includes(mode))
    throw new CollectorError("options_invalid", `auth.mode has to be projectKey, jwt or both, not ${mode}`);
  if (mode === "projectKey") return { check: async () => undefined };
  for (const [name, value] of Object.entries({ jwksUrl, issuer, audience }))
    if (!value) throw new CollectorError("options_invalid", `auth.${name} has to be set where auth.mode is ${mode}`);
  const keys = createRemoteJWKSet(addressOf(jwksUrl ?? ""), { ...cache, [customFetch]: bounded(fetchKeys) });

  const verified = async (token: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(
      token,
      (header, parts) => {
        // Without a name any key that fits would do, also one that was rotated out of use.
        if (typeof header.kid !== "string" || header.kid === "") throw new Unfit("it names no key (kid)");
        return keys(header, parts);
      },
      {
        ...{ algorithms, issuer: issuer ?? "", audience: audience ?? "", requiredClaims: ["exp"] },
        ...{ clockTolerance: tolerance, currentDate: new Date(now()) },
      },
    );
    return payload;
  };

  return {
    async check({ authorization }, site, address) {
      if (authorization === undefined && mode === "both") return;
      const wait = failures.wait(address);
      if (wait > 0)
        throw new CollectorError("rate_limited", "too many wrong tokens came from this network", {
          retryAfter: Math.ceil(wait / 1000),
        });
      if (authorization === undefined)
        throw new CollectorError("token_invalid", "send a token as `Authorization: Bearer …`");
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
      try {
        if (token === undefined || token.length > longest) throw new Unfit("it is no JWT");
        const { site: sites } = await verified(token);
        if (sites !== undefined && ![sites].flat().includes(site)) throw new Misdirected("it is for another site");
      } catch (cause) {
        const why = faultOf(cause);
        if (why === null)
          throw new CollectorError("unavailable", "the keys that tokens are judged by cannot be had now", {
            cause,
            retryAfter: 5,
          });
        if (!isGenuine(cause)) failures.take(address);
        throw new CollectorError("token_invalid", `the token does not hold: ${why}`, { cause });
      }
    },
  };
}

/** What is wrong with a token. */
class Unfit extends Error {}
/** What is wrong with one that the issuer signed. */
class Misdirected extends Unfit {}

/**
 * Whether the signature held, as it is judged before the claims: somebody's own token that ran out is no guess, and an
 * office with some of them is not to be locked out.
 */
const isGenuine = (cause: unknown): boolean =>
  cause instanceof Misdirected ||
  cause instanceof errors.JWTExpired ||
  cause instanceof errors.JWTClaimValidationFailed;

/** Null where the token is not to blame. */
function faultOf(error: unknown): string | null {
  if (error instanceof Unfit) return error.message;
  if (error instanceof errors.JWKSNoMatchingKey) return "the issuer has no key of this name (kid)";
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return null;
  if (error instanceof errors.JWKInvalid || error instanceof errors.JWKSMultipleMatchingKeys) return null;
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is not what is asked for`;
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return `only ${algorithms.join(" and ")} are believed`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong";
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return "it is no JWT";
  return null;
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (local && url?.protocol === "http:")) return url;
  throw new CollectorError("options_invalid", `auth.jwksUrl has to begin with https://, or name this machine: ${text}`);
}

/** Fetches no more than a set of keys can be, and follows nobody elsewhere. */
function bounded(fetchKeys: typeof fetch): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const answer = await fetchKeys(url, { ...init, redirect: "error" });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > mostBytes) throw new Error(`the set of keys has more than ${mostBytes} bytes`);
      chunks.push(chunk as Uint8Array);
    }
    return new Response(Buffer.concat(chunks), { status: answer.status, headers: answer.headers });
  };
}
