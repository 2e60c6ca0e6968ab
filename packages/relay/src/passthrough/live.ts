import { readBody } from "../intake/size.js";
import { RelayError } from "../relay-error.js";
import { under } from "../target/under.js";
import type { Transport } from "../transport/transport.js";
import type { Answer, Held } from "../web/exchange.js";
import { pickHeaders } from "../web/pick-headers.js";

/** What a page says besides where it waits for the answer. */
const ofLive = ["accept", "accept-encoding", "if-modified-since", "if-none-match"];

/** What of a backend's answer is the page's business. */
const handedBack = [
  "cache-control",
  "content-encoding",
  "content-type",
  "cross-origin-resource-policy",
  "etag",
  "expires",
  "last-modified",
  "retry-after",
];

/** Hands a request on as it came, and the answer back: flags, scripts, whatever has to be known at once. */
export async function liveAnswer(request: {
  readonly incoming: Held;
  readonly below: string;
  readonly to: string;
  /** The visitor's; undefined where it is not handed on. */
  readonly address: string | undefined;
  readonly transport: Transport;
  /** Headers that are handed on. */
  readonly headers: readonly string[];
}): Promise<Answer> {
  const { incoming, below, to, address, transport, headers } = request;
  const { method } = incoming;
  if (method !== "GET" && method !== "HEAD" && method !== "POST") {
    throw new RelayError("method_refused", "send GET or POST");
  }
  const response = await transport
    .send({
      method,
      url: under(to, below.slice(1)),
      headers: {
        ...pickHeaders(incoming, [...headers, ...ofLive]),
        ...(address !== undefined && { "x-forwarded-for": address }),
      },
      ...(method === "POST" && { body: await readBody(incoming) }),
      signal: AbortSignal.timeout(30_000),
    })
    .catch((cause: unknown) => {
      throw new RelayError("unavailable", "the server behind this path does not answer", { retryAfter: 5, cause });
    });
  return { status: response.status, headers: pickHeaders(response, handedBack), body: response.body };
}
