import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { RelayError } from "../relay-error.js";
import { refusalAnswer } from "../web/refusal.js";
import { requestIdOf } from "../web/request-id.js";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Refuses what is no HTTP, once the requests that came before it on the same line have their answers. */
export interface BytesRefuser {
  /** Notes every request of a server. */
  watch(server: Server): void;
  /** Answers what is no HTTP, or came too slowly, and closes the line. */
  refuse(error: { readonly code?: string }, socket: Socket): void;
}

/** A refuser of its own for each server. */
export function bytesRefuser(): BytesRefuser {
  const latest = new WeakMap<Socket, Exchange>();
  const refused = new WeakSet<Socket>();
  return {
    watch(server) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        latest.set(request.socket, { request, response });
      });
    },
    refuse(error, socket) {
      // The other side is gone already.
      if (error.code === "ECONNRESET" || !socket.writable) {
        socket.destroy();
        return;
      }
      if (refused.has(socket)) return;
      refused.add(socket);
      const { request, response } = latest.get(socket) ?? {};
      // This one has its answer, while the rest of it is thrown away.
      if (request && !request.complete && response?.writableEnded) {
        socket.destroy();
        return;
      }
      // Told now, whoever sent that one would take this refusal for its answer, and throw away what may be stored.
      if (request?.complete && response && !response.writableFinished)
        response.once("close", () => say(error.code ?? "", socket));
      else say(error.code ?? "", socket);
    },
  };
}

function say(code: string, socket: Socket): void {
  const [status, message] = reasons[code] ?? ["400 Bad Request", "this cannot be read as HTTP"];
  const requestId = requestIdOf(undefined);
  const { headers, body } = refusalAnswer(new RelayError("envelope_invalid", message), requestId);
  const text = String(body);
  const all = { ...headers, "content-length": text.length, "x-request-id": requestId, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status}`, ...lines, "", text].join("\r\n"));
  // Cut off at once, whoever is still sending might lose the answer; one that never closes shall not keep the socket.
  const late = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(late));
}

/** How long the other side has to close the line after it was refused, in ms. */
const lingerMs = 1_000;

// https://nodejs.org/api/http.html#event-clienterror
const reasons: { readonly [code: string]: readonly [status: string, message: string] } = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the request did not come in time"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "the request's address and headers are too long"],
};
