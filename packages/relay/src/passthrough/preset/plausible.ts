import { classifyPlausible } from "../../target/classify-plausible.js";
import { plainJson, propertiesOf, textOf } from "./plain-json.js";
import type { Preset } from "./preset.js";

/**
 * Plausible. An event has no time of its own, so one that waited is counted when it is delivered; a dropped one is
 * answered 202 with a header that says so (https://plausible.io/docs/events-api).
 */
export const plausible: Preset = {
  durable: ["POST /api/event"],
  needed: [],
  answer: { status: 202, headers: { "content-type": "text/plain; charset=utf-8" }, body: "ok" },
  dedupe: "none",
  restate: async (request) => request,
  addressed: (request) => request,
  classify: classifyPlausible,
  read({ body }, receivedAt) {
    // https://plausible.io/docs/events-api, with the short names of the tracker; `engagement` is about a page that was left.
    const { n, u, r, p } = plainJson<{ readonly [name in "n" | "u" | "r" | "p"]?: unknown }>(body);
    if (typeof n !== "string" || typeof u !== "string" || n === "engagement") return [];
    const said = n === "pageview" ? {} : { name: n, ...propertiesOf(p) };
    return [{ ...said, at: receivedAt, url: u, referrer: textOf(r) || undefined }];
  },
};
