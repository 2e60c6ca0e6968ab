import type { IncomingMessage, ServerResponse } from "node:http";
import type { Relay } from "../relay.js";
import { incomingOf } from "./node-face.js";

/** Hands on to whatever comes after. */
type Next = (error?: unknown) => void;

/**
 * A relay as a handler of Express, Connect, NestJS or Node's own server. What the relay does not serve goes to `next`, or is
 * answered 404 where there is none. It reads bodies itself: use it before anything that does.
 */
export function relayNode(relay: Relay): (request: IncomingMessage, response: ServerResponse, next?: Next) => void {
  const served = (path: string): boolean =>
    relay.paths.some((own) => (own.endsWith("/*") ? path.startsWith(own.slice(0, -1)) : path === own));

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await relay.answer(incomingOf(request));
    response.writeHead(status, headers);
    // Whoever is refused before the body was read may still be sending it: were the line cut, the answer would be lost.
    if (status >= 400) request.resume();
    response.end(body);
  };

  return (request, response, next) => {
    // Below a path that an app is mounted on, Express and Connect take that path out of the address.
    const { originalUrl: url = request.url ?? "/" } = request as IncomingMessage & { readonly originalUrl?: string };
    if (next !== undefined && !served(url.split("?", 1)[0] ?? "/")) {
      next();
      return;
    }
    respond(request, response).catch((error: unknown) => {
      if (next === undefined) response.destroy(error as Error);
      else next(error);
    });
  };
}
