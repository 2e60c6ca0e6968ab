import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pagePath, parseUrl, type SnapshotHead, widthClass } from "@isotherm/protocol";
import { faultInTree, readSnapshotHead } from "@isotherm/protocol/validate";
import { isValid } from "../auth/is-valid.js";
import { CollectorError } from "../collector-error.js";
import { admit } from "../intake/admit.js";
import type { IntakeParts } from "../intake/parts.js";
import { privacyOf } from "../intake/privacy.js";
import { allowsOrigin } from "../registry/directory.js";
import type { Site, StoredKey } from "../store/sites.js";

/** What became of an upload that is not refused. */
export type SnapshotOutcome = "stored" | "unwanted" | "gpc" | "dnt";

/** An upload whose signature, where it has one, holds. */
export interface SnapshotUpload {
  readonly ref: string;
  /** Inflated. */
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** The other end of the socket. */
  readonly peer: string | undefined;
  /** The key of the relay that brings it; undefined straight from a browser. */
  readonly relay: StoredKey | undefined;
}

const deflate = promisify(gzip);

/**
 * Takes a snapshot of a page, unless nobody wants it any more: of several visitors that were asked, the first one's is
 * kept. Throws `snapshot_invalid` for what is none, and else what intake throws.
 */
export async function takeSnapshot(upload: SnapshotUpload, parts: IntakeParts): Promise<SnapshotOutcome> {
  const { snapshots, now } = parts;
  const read = readSnapshotHead(upload.body);
  if (!read.ok) throw new CollectorError("snapshot_invalid", read.message);
  const { head, tree } = read;
  const site = await siteOf(head, upload, parts);
  // A relay has judged its visitor's signals already.
  if (!upload.relay) {
    const verdict = privacyOf(upload.headers, site.privacy);
    if (verdict.action !== "keep") return verdict.signal;
  }
  const page = pagePath(head.url);
  if (page === undefined) throw new CollectorError("snapshot_invalid", "/url must be an address");
  const { url, key: _key, v: _v, consent: _consent, at: _taken, ...rest } = head;
  const snapshot = { ...rest, page, bucket: widthClass(head.vw) };
  if (!snapshots.wants(site.id, snapshot)) return "unwanted";
  const fault = faultInTree(tree);
  if (fault !== undefined) throw new CollectorError("snapshot_invalid", `the tree ${fault}`);
  const packed = await deflate(tree);
  await snapshots.put({ ...snapshot, ref: upload.ref, site: site.id, origin: new URL(url).origin, at: now() }, packed);
  return "stored";
}

async function siteOf({ key, url }: SnapshotHead, upload: SnapshotUpload, parts: IntakeParts): Promise<Site> {
  const { relay, headers } = upload;
  const found = await parts.registry.find((known) => known.publicKey(key));
  if (
    found === undefined ||
    !isValid(found, parts.now()) ||
    (relay && relay.site !== null && relay.site !== found.site.id)
  )
    throw new CollectorError("key_unknown", "no site has this key; see the keys of the site with `isotherm keys list`");
  const { site } = found;
  if (!relay) await admit(site, upload, parts);
  // Also of one that a relay brings: where a page's pictures may come from is told by its address.
  const origins = [parseUrl(url)?.origin ?? url];
  if (!relay && headers.origin !== undefined && headers.origin !== "null") origins.push(headers.origin);
  const foreign = origins.find((origin) => !allowsOrigin(site, origin));
  if (foreign !== undefined)
    throw new CollectorError("origin_refused", `the site does not list ${foreign} among its origins`);
  return site;
}
