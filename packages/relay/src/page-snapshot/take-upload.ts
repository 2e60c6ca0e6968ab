import { pagePath, snapshotLimits, widthClass } from "@isotherm/protocol";
import { readSnapshotHead } from "@isotherm/protocol/validate";
import { clientAddress } from "../client/client-address.js";
import { checkType, encodingOf, unpack } from "../intake/inflate.js";
import type { IntakeParts } from "../intake/intake.js";
import { siteOf } from "../intake/key.js";
import { checkOrigin, checkSiteOrigin } from "../intake/origin.js";
import { privacyVerdict } from "../intake/privacy.js";
import { checkSize, readBody } from "../intake/size.js";
import { names } from "../ledger/names.js";
import { RelayError } from "../relay-error.js";
import type { Held } from "../web/exchange.js";
import type { HandOver } from "./hand-over.js";

/** What uploads are taken with. */
export interface UploadParts extends IntakeParts {
  /** Undefined for a relay that has no collector. */
  readonly handOver: HandOver | undefined;
}

/**
 * Takes a page snapshot under its name, in the order of the intake's own checks, and hands it over to the collector if
 * that still wants it. Throws a `RelayError` when it was refused; what is refused or let go is counted, by its reason,
 * outside the ledger of batches.
 */
export async function takeUpload(incoming: Held, ref: string, parts: UploadParts): Promise<void> {
  const { counters } = parts;
  try {
    const letGo = await take(incoming, ref, parts);
    if (letGo !== undefined) counters.add({ [names.request(letGo)]: 1 });
  } catch (error) {
    counters.add({ [names.request(error instanceof RelayError ? error.code : "internal")]: 1 });
    throw error;
  }
}

async function take(
  incoming: Held,
  ref: string,
  { keeper, rate, wants, handOver, trust, inflate, closing }: UploadParts,
): Promise<"gpc" | "dnt" | "snapshot_unwanted" | undefined> {
  if (closing()) throw new RelayError("unavailable", "the relay is closing; try again", { retryAfter: 5 });
  checkSize(incoming, snapshotLimits.bytes);
  checkOrigin(incoming, keeper.book);
  rate.request(clientAddress(incoming, trust));
  checkType(incoming);
  const encoding = encodingOf(incoming);
  const sent = await readBody(incoming, snapshotLimits.bytes);
  const body = encoding === "gzip" ? await unpack(sent, incoming, inflate, snapshotLimits.inflatedBytes) : sent;
  const read = readSnapshotHead(body);
  if (!read.ok) throw new RelayError("snapshot_invalid", read.message);
  const { key, url, vw, layout } = read.head;
  const site = await siteOf(key, keeper);
  checkSiteOrigin(incoming, site);
  const verdict = privacyVerdict(incoming, site.privacy);
  // Without identifiers there would be nothing left to strip: who wishes not to be tracked is left alone.
  if (verdict.action !== "keep") return verdict.signal;
  const page = pagePath(url);
  if (page === undefined) throw new RelayError("snapshot_invalid", "/url must be an address");
  const wanted = { page, bucket: widthClass(vw), layout };
  if (handOver === undefined || !wants.has(site.id, wanted)) return "snapshot_unwanted";
  await handOver({ ref, encoding, sent, body });
  wants.forget(site.id, wanted);
  return undefined;
}
