import type { SnapshotAnswer } from "@isotherm/protocol";
import { buildNodeWithSN, createCache, createMirror } from "rrweb-snapshot";
import { pinFixed } from "./pin-fixed.js";
import { withViewport } from "./with-viewport.js";

/**
 * Rebuilds a snapshot in the document of a frame that is as large as its viewport was and in which no script runs. Throws
 * for a frame that is not sandboxed, and for a tree without a root.
 */
export function rebuild(doc: Document, { tree, snapshot }: SnapshotAnswer): void {
  const frame = doc.defaultView?.frameElement;
  if (!(frame instanceof HTMLIFrameElement) || frame.sandbox.value !== "allow-same-origin")
    throw new Error("a snapshot is rebuilt in a sandboxed frame only");
  const root = tree.childNodes?.find(({ type }) => type === 2);
  if (root === undefined) throw new Error("the snapshot has no root element");
  // A policy that is added only ever forbids more: images come from the page's own site, or not at all.
  const policy = doc.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `img-src data: ${sourcesOf(snapshot.origin)}; font-src data: ${sourcesOf(snapshot.origin)}; style-src 'unsafe-inline' ${sourcesOf(snapshot.origin)}`;
  doc.head.append(policy);
  const built = buildNodeWithSN(withViewport(root, snapshot.vh) as Parameters<typeof buildNodeWithSN>[0], {
    doc,
    mirror: createMirror(),
    cache: createCache(),
    // It would rewrite style sheets for a replay in which a pointer hovers.
    hackCss: false,
  });
  if (built === null) throw new Error("the snapshot cannot be rebuilt");
  doc.documentElement.replaceWith(built);
  pinFixed(doc);
}

/** A site's own origin, and the hosts below its domain. */
function sourcesOf(origin: string): string {
  if (!URL.canParse(origin)) return "";
  const { protocol, hostname, port } = new URL(origin);
  const domain = hostname.replace(/^www\./, "");
  const isName = /[a-z]$/.test(domain) && domain.includes(".");
  return isName ? `${origin} ${protocol}//*.${domain}${port === "" ? "" : `:${port}`}` : origin;
}
