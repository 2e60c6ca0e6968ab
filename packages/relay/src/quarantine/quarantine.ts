import { join } from "node:path";
import { jsonLine } from "@isotherm/protocol";
import { boundedLines } from "../lines/bounded-lines.js";
import { halvesOf, linesOf } from "../lines/line-files.js";
import type { Quarantine, QuarantinedRequest } from "./quarantined-request.js";

/** Where a relay's quarantine lies in its folder, and how its files begin. */
export const quarantineIn = (folder: string): { readonly folder: string; readonly name: string } => ({
  folder: join(folder, "quarantine"),
  name: "requests",
});

/**
 * Lines of JSON in `<folder>/quarantine/requests.ndjson`, at most `maxBytes` with the older half beside it, which goes
 * first. Nothing was promised for them, so that nobody waits for a sync.
 */
export function fileQuarantine(options: { readonly folder: string; readonly maxBytes: number }): Quarantine {
  let dropped = 0;
  const lines = boundedLines({
    ...quarantineIn(options.folder),
    maxBytes: options.maxBytes,
    sync: false,
    async onRotate(older) {
      for await (const _ of linesOf([older])) dropped++;
    },
  });
  return {
    async keep(request) {
      await lines.append(`${jsonLine(request)}\n`);
      const gone = dropped;
      dropped -= gone;
      return gone;
    },
    close: () => lines.close(),
  };
}

/** Requests in the order in which they were refused, in bounded memory; what cannot be read is passed over. */
export async function* quarantinedIn(folder: string): AsyncGenerator<QuarantinedRequest & { readonly hash: string }> {
  const at = quarantineIn(folder);
  for await (const { text, hash } of linesOf(halvesOf(at.folder, at.name))) {
    const request = requestOf(text);
    if (request !== undefined) yield { ...request, hash };
  }
}

// A kill in mid-write leaves half a line.
function requestOf(text: string): QuarantinedRequest | undefined {
  try {
    const request = JSON.parse(text) as Partial<QuarantinedRequest> | null;
    const { at, reason, body, edge } = request ?? {};
    const isRequest = typeof at === "number" && typeof reason === "string" && typeof body === "string";
    return isRequest && typeof edge?.at === "number" ? (request as QuarantinedRequest) : undefined;
  } catch {
    return undefined;
  }
}
