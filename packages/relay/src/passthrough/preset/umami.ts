import { classifyUmami, siteUnknown } from "../../target/classify-umami.js";
import { jsonBody } from "./json-body.js";
import { isObject, plainJson, plainObject, propertiesOf, textOf } from "./plain-json.js";
import type { Preset } from "./preset.js";

const encoder = new TextEncoder();

/**
 * Umami tells visitors apart by address and agent, and takes both and the time, in seconds, from the payload before it
 * looks at the request (umami-software/umami src/app/api/send/route.ts). What it takes for a bot is answered 200.
 */
export const umami: Preset = {
  durable: ["POST /api/send"],
  needed: [],
  answer: { status: 200, headers: { "content-type": "application/json" }, body: "{}" },
  dedupe: "none",
  async restate(request, receivedAt) {
    const body = (await jsonBody(request.body).catch(() => undefined)) as { readonly payload?: unknown } | undefined;
    if (typeof body?.payload !== "object" || body.payload === null) return request;
    const agent = request.headers["user-agent"];
    const timestamp = Math.floor(receivedAt / 1_000);
    const payload = { timestamp, ...(agent !== undefined && { userAgent: agent }), ...body.payload };
    return { ...request, body: encoder.encode(JSON.stringify({ ...body, payload })) };
  },
  addressed(request, address) {
    const body = plainJson<{ readonly payload?: unknown }>(request.body);
    if (!isObject(body.payload)) return request;
    const payload = { ip: address, ...body.payload };
    return { ...request, body: encoder.encode(JSON.stringify({ ...body, payload })) };
  },
  classify(response, request) {
    const verdict = classifyUmami(response, request);
    // The website is the page's own: an unknown one says nothing about the requests of others.
    return verdict === siteUnknown ? { kind: "refused", code: "site_unknown", message: siteUnknown.reason } : verdict;
  },
  read({ body }, receivedAt) {
    const { type, payload } = plainJson<{ type?: unknown; payload?: unknown }>(body);
    const { hostname, url, referrer, title, name, data, timestamp, screen: size } = plainObject<UmamiPayload>(payload);
    if (type !== "event" || typeof url !== "string" || typeof hostname !== "string") return [];
    const screen = /^(\d+)x(\d+)$/.exec(textOf(size) ?? "");
    const event = textOf(name);
    return [
      {
        ...(event !== undefined && { name: event, ...propertiesOf(data) }),
        at: typeof timestamp === "number" ? timestamp * 1_000 : receivedAt,
        url: new URL(url, `https://${hostname}`).href,
        referrer: textOf(referrer) || undefined,
        title: textOf(title),
        ...(screen && { screen: [Number(screen[1]), Number(screen[2])] as const }),
      },
    ];
  },
};

/** What of a payload is read, none of it certain. */
type UmamiPayload = {
  readonly [name in "hostname" | "url" | "referrer" | "title" | "name" | "data" | "screen" | "timestamp"]?: unknown;
};
