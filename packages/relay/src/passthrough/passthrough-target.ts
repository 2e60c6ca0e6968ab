import type { Entry, Target } from "../target/target.js";
import { under } from "../target/under.js";
import type { Preset } from "./preset/preset.js";
import { decodeRequest, type RawRequest } from "./raw-request.js";

interface RequestEntry extends Entry {
  readonly request: RawRequest;
}

/**
 * Content Too Large, URI Too Long, Request Header Fields Too Large: whoever says so, a visitor made the request as large as
 * it is, and could hold up all others with it.
 */
const ofVisitor: readonly number[] = [413, 414, 431];

/** The backend of a pass-through: each request goes to it as it was kept, those of one visitor one after the other. */
export function passthroughTarget(options: {
  readonly name: string;
  readonly to: string;
  readonly preset: Preset;
  readonly concurrency: number;
}): Target<RequestEntry> {
  const { name, to, preset, concurrency } = options;
  return {
    name,
    limits: { lateness: Number.POSITIVE_INFINITY },
    dedupe: preset.dedupe,
    onUnknown: "resend",
    late: "send",
    concurrency,
    needsAddress: true,
    entries: (item) => [{ item, request: decodeRequest(item.batch) }],
    encode: (entries) =>
      entries.map((entry) => {
        const { item, request } = entry;
        const { address } = item;
        const { path, headers, body } = address === undefined ? request : preset.addressed(request, address);
        return {
          url: under(to, path.slice(1)),
          headers: { ...headers, ...(address !== undefined && { "x-forwarded-for": address }) },
          body,
          entries: [entry],
          batchIds: [item.id],
          lane: `${address} ${headers["user-agent"]}`,
        };
      }),
    stamp: async () => ({}),
    classify(response, request) {
      const { status } = response;
      return ofVisitor.includes(status)
        ? { kind: "refused", code: `status_${status}`, message: `answers ${status}` }
        : preset.classify(response, request);
    },
  };
}
