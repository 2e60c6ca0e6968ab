import { limits, snapshotLimits } from "../limits.js";
import { outline } from "./outline.js";

// What could run, embed or lead elsewhere has no place in a picture. A page's own policy could hide its styles.
const forbidden = /^(script|noscript|base|frame|object|embed|applet|portal|animate|set)$/i;
const name = /^[a-z][\w:.-]*$/i;
// https://html.spec.whatwg.org/multipage/indices.html#attributes-3: those that hold an address, and more that did once.
const addressed =
  /^(?:(?:xlink:)?href|src|srcset|srcdoc|action|formaction|data|poster|background|cite|ping|code|codebase)$/i;
const harmless = /^(?:https?:|#|about:blank$|$)/i;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * What is wrong with a tree that somebody sent as a snapshot's; undefined where nothing is. It is no document that
 * scripts, handlers, frames or inlined data could hide in, and neither deeper nor larger than the limits.
 */
export function faultInTree(json: Uint8Array): string | undefined {
  if (outline(json, snapshotLimits.depth).hopeless) return `nests deeper than ${snapshotLimits.depth} levels`;
  let root: unknown;
  try {
    root = JSON.parse(decoder.decode(json));
  } catch {
    return "is no JSON";
  }
  const waiting: unknown[] = [root];
  for (let seen = 0; waiting.length > 0; seen++) {
    if (seen === snapshotLimits.nodes) return `has more than ${snapshotLimits.nodes} nodes`;
    const node = waiting.pop();
    const fault = faultInNode(node);
    if (fault !== undefined) return fault;
    const { childNodes } = node as { readonly childNodes?: readonly unknown[] };
    for (const child of childNodes ?? []) waiting.push(child);
  }
  return (root as { readonly type: number }).type === 0 ? undefined : "does not begin with a document";
}

function faultInNode(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return "holds something that is no node";
  const { type, id, tagName, attributes, childNodes, textContent } = node as { readonly [field: string]: unknown };
  if (!Number.isInteger(type) || (type as number) < 0 || (type as number) > 5) return "holds a node of no known type";
  if (!Number.isInteger(id)) return "holds a node without a number";
  if (textContent !== undefined && typeof textContent !== "string") return "holds a text that is none";
  if (childNodes !== undefined && !Array.isArray(childNodes)) return "holds children that are no list";
  if (type !== 2) return undefined;
  if (typeof tagName !== "string" || !name.test(tagName)) return "holds an element without a name";
  if (forbidden.test(tagName)) return `holds <${tagName}>`;
  if (typeof attributes !== "object" || attributes === null) return "holds an element without attributes";
  for (const [attribute, value] of Object.entries(attributes)) {
    // What begins with rr_ is rrweb's own: some of it loads or plays.
    if (/^on|^http-equiv$|^rr_(dataurl|src|media)/i.test(attribute))
      return `holds the attribute ${attribute.slice(0, limits.name)}`;
    const parts = attribute.toLowerCase() === "srcset" ? String(value).split(/,\s+/) : [String(value)];
    if (addressed.test(attribute) && value !== null && !parts.every((part) => harmless.test(part.trim())))
      return `holds an address in ${attribute} that is neither http nor https`;
  }
  return undefined;
}
