import type { Entry, Target } from "../target/target.js";
import { under } from "../target/under.js";
import type { Preset } from "./preset/preset.js";
import { decodeRequest, type RawRequest } from "./raw-request.js";

interface RequestEntry extends Entry {
  readonly request: RawRequest;
}

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
    classify: preset.classify,
  };
}
