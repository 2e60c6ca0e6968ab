import { readEnvelope } from "@isotherm/protocol/validate";
import { CollectorError } from "../collector-error.js";
import { checkOrigin } from "./check-origin.js";
import { findSite } from "./find-site.js";
import type { IntakeParts, Taken } from "./parts.js";
import { type SentRequest, senderOf } from "./sender.js";
import { takeUnsealed } from "./take-unsealed.js";

/** The request that a browser made. */
export interface DirectRequest extends SentRequest {
  readonly body: Uint8Array;
}

/** Takes an envelope that comes straight from a browser: nothing it says about its receipt is believed. */
export async function takeDirect(request: DirectRequest, parts: IntakeParts): Promise<Taken> {
  const read = readEnvelope(request.body, { sealed: false });
  if (!read.ok) throw new CollectorError("envelope_invalid", read.message, { details: read.details });
  const { key, sentAt, batches: checks, gone, unknown } = read;
  const site = await findSite(key, request, parts);
  const good = checks.flatMap((check) => (check.ok ? [check.batch] : []));
  checkOrigin(site, request.headers.origin, good);
  const groups = [{ sender: senderOf(request, parts), sentAt, checks }];
  return takeUnsealed({ site, quota: key, groups, gone, unknown }, parts);
}
