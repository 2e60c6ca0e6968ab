import { classifyStatus } from "../../target/classify-status.js";
import { jsonAnswer } from "../../target/json-answer.js";
import { jsonBody } from "./json-body.js";
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
    const body = jsonAnswer(response) as { readonly beep?: unknown } | null | undefined;
    if (response.status === 200 && body?.beep !== undefined) {
      return { kind: "refused", code: "taken_for_a_bot", message: "answers 200 as it does to bots" };
    }
    return classifyStatus(response);
  },
};
