import type { IncomingHttpHeaders } from "node:http";
import type { Site } from "../store/sites.js";
import type { IntakeParts } from "./parts.js";

/** The request that brings what no relay signed. */
export interface UnsignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly peer: string | undefined;
}

/** Lets a request bring batches for a site, by the token that the deployment asks for. Rejects as `Tokens.check` does. */
export async function admit(site: Site, { headers, peer }: UnsignedRequest, parts: IntakeParts): Promise<void> {
  await parts.tokens.check(headers, site.id, parts.addresses.client(peer, headers));
}
