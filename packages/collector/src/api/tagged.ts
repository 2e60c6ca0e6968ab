import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/** The beginning of an answer that says how fresh it is. */
const freshness = /^\{"asOf":\d+,/;

/** An answer in JSON without `asOf`, which moves with every batch, also where nothing else has changed. */
export function withoutFreshness(json: string): string {
  return json.replace(freshness, "{");
}

/** Answers JSON with a weak `ETag`, of which `asOf` is no part, or with 304 when the asker has this answer already. */
export function tagged(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  const digest = createHash("sha256").update(withoutFreshness(json)).digest("base64url").slice(0, 22);
  const tag = `W/"${digest}"`;
  reply.header("etag", tag).header("cache-control", "private, no-cache").header("vary", "Authorization");
  const known = (request.headers["if-none-match"] ?? "").split(",").map((entry) => entry.trim());
  if (known.includes(tag) || known.includes(tag.slice(2)) || known.includes("*")) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(json);
}
