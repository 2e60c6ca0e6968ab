import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { CollectorError } from "../collector-error.js";
import { askerOf, type OperatorParts } from "./asker.js";

/** The header that carries the operator's key. */
export const adminKeyHeader = "x-admin-key";

/**
 * Lets the operator pass. Throws `token_invalid` for a wrong or missing key, also where no key was set and so nobody is the
 * operator, and `rate_limited` once a network has been wrong too often.
 */
export function operatorOnly(request: FastifyRequest, parts: OperatorParts): void {
  const { adminKey } = parts;
  const { address, failures } = askerOf(request, parts);
  const given = request.headers[adminKeyHeader];
  const wait = failures.wait(address);
  if (wait > 0)
    throw new CollectorError("rate_limited", "too many wrong keys came from this network", {
      retryAfter: Math.ceil(wait / 1000),
    });
  if (given === undefined) throw new CollectorError("token_invalid", `send the admin key as ${adminKeyHeader}`);
  if (adminKey !== null && typeof given === "string" && timingSafeEqual(hash(given), hash(adminKey))) return;
  failures.take(address);
  throw new CollectorError(
    "token_invalid",
    adminKey === null
      ? "this collector has no admin key; set ISOTHERM_ADMIN_KEY and start it again"
      : "this admin key is not valid",
  );
}

// Of equal length, whatever was given.
const hash = (key: string): Buffer => createHash("sha256").update(key).digest();
