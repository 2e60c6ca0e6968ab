import type { BackendResponse } from "../../src/transport/transport.js";

/** An answer as a transport hands it over; a body that is no text is sent as JSON. */
export const answer = (status: number, body: unknown = "", headers: Record<string, string> = {}): BackendResponse => ({
  status,
  header: (name) => headers[name],
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});
