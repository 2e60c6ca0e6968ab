import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";

/** The body of an answer; none for who asks for headers alone: Fastify would read it to its end, which it may not have. */
export function bodyOf({ method }: Pick<FastifyRequest, "method">, make: () => Readable): Readable {
  return method === "HEAD" ? Readable.from([]) : make();
}
