import { gunzipSync } from "node:zlib";
import type { Asked, Backend } from "./backend.js";

interface Captured {
  readonly event?: string;
  readonly uuid?: string;
  readonly properties?: { readonly token?: string; readonly distinct_id?: string };
}

/** What a project without flags, replay and surveys is told; its events go where PostHog's cloud sends them. */
const config = {
  token: "phc_bench",
  supportedCompression: ["gzip", "gzip-js"],
  hasFeatureFlags: false,
  analytics: { endpoint: "/i/v0/e/" },
  captureDeadClicks: false,
  capturePerformance: false,
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  elementsChainAsString: true,
  sessionRecording: false,
  heatmaps: false,
  surveys: false,
  siteApps: [],
};

const flags = { flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false };

/**
 * PostHog's capture service, and its store as if that always merged copies with the same `uuid`; it does in time, but
 * promises nothing: https://posthog.com/docs/data/ingestion-warnings
 */
export const posthogBackend: Backend = {
  intakes: ["/e/", "/i/v0/e/"],
  read(asked) {
    const posted = JSON.parse(textOf(asked)) as
      | Captured
      | readonly Captured[]
      | { readonly batch: readonly Captured[] };
    const events: readonly Captured[] = Array.isArray(posted)
      ? posted
      : "batch" in posted
        ? posted.batch
        : [posted as Captured];
    return events.map(({ event, uuid, properties }) => {
      if (!event || !properties?.token || !properties.distinct_id)
        throw new Error("an event without name, token or id");
      return { name: event, ...(uuid ? { id: uuid } : {}) };
    });
  },
  answer: () => ({ status: 200, body: { status: 1 } }),
  other({ path }) {
    if (/^\/array\/[^/]+\/config$/.test(path)) return { status: 200, body: config };
    if (path === "/flags/") return { status: 200, body: flags };
    return undefined;
  },
};

/** The JSON in a body: gzipped, in a form as base64, or as it is. The bytes tell which, as `compression` is not always true. */
function textOf({ body }: Asked): string {
  if (body[0] === 0x1f && body[1] === 0x8b) return gunzipSync(body).toString();
  const text = body.toString();
  const form = text.startsWith("data=") ? new URLSearchParams(text).get("data") : undefined;
  return form ? Buffer.from(form, "base64").toString() : text;
}
