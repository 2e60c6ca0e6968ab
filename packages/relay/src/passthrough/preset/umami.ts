import type { Properties } from "@isotherm/protocol";
import { classifyStatus } from "../../target/classify-status.js";
import { readJson } from "../../web/read-json.js";
import { jsonBody } from "./json-body.js";
import { plainJson } from "./plain-json.js";
import type { Preset } from "./preset.js";

/**
 * Umami tells visitors apart by address and agent, and takes both and the time, in seconds, from the payload before it
 * looks at the request (umami-software/umami src/app/api/send/route.ts). What it takes for a bot is answered 200.
 */
export const umami: Preset = {
  durable: ["POST /api/send"],
  answer: { status: 200, headers: { "content-type": "application/json" }, body: "{}" },
  dedupe: "none",
  async restate(request, receivedAt, { address, agent }) {
    const body = (await jsonBody(request.body).catch(() => undefined)) as { readonly payload?: unknown } | undefined;
    if (typeof body?.payload !== "object" || body.payload === null) return request;
    const payload = {
      timestamp: Math.floor(receivedAt / 1_000),
      ...(address !== undefined && { ip: address }),
      ...(agent !== undefined && { userAgent: agent }),
      ...body.payload,
    };
    return { ...request, body: new TextEncoder().encode(JSON.stringify({ ...body, payload })) };
  },
  classify(response) {
    const body = readJson(response.body) as { readonly beep?: unknown } | null | undefined;
    if (response.status === 200 && body?.beep !== undefined) {
      return { kind: "refused", code: "taken_for_a_bot", message: "answers 200 as it does to bots" };
    }
    return classifyStatus(response);
  },
  read({ body }, receivedAt) {
    const { type, payload = {} } = plainJson<{ type?: string; payload?: UmamiPayload }>(body);
    const { hostname, url, referrer, title, name, data, timestamp } = payload;
    if (type !== "event" || url === undefined || hostname === undefined) return [];
    const screen = /^(\d+)x(\d+)$/.exec(payload.screen ?? "");
    return [
      {
        ...(name !== undefined && { name, ...(data && { properties: data }) }),
        at: timestamp === undefined ? receivedAt : timestamp * 1_000,
        url: new URL(url, `https://${hostname}`).href,
        referrer: referrer || undefined,
        title,
        ...(screen && { screen: [Number(screen[1]), Number(screen[2])] as const }),
      },
    ];
  },
};

interface UmamiPayload {
  readonly hostname?: string;
  readonly url?: string;
  readonly referrer?: string;
  readonly title?: string;
  readonly name?: string;
  readonly data?: Properties;
  readonly screen?: string;
  /** In seconds since 1970. */
  readonly timestamp?: number;
}
