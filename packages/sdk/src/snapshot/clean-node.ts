import { cleanUrl } from "../clean-url.js";

/** A node as rrweb-snapshot gives it. */
export interface PictureNode {
  readonly id: number;
  tagName?: string;
  attributes?: { [name: string]: unknown };
  childNodes?: PictureNode[];
  textContent?: string;
}

/** What is known of the page beside its tree. */
export interface Scene {
  /** Hides what was typed in a text. */
  readonly hide: (text: string) => string;
  readonly elementOf: (id: number) => Node | null;
  /** Selector of what has its text masked. */
  readonly masked: string;
}

// What could run, embed or lead elsewhere. Of the head's elements only those that say what the page looks like stay.
const useless = /^(script|noscript|base|frame|frameset|object|embed|applet|portal|template|animate|set)$/;
const addressed = /^((xlink:)?href|src|srcset|action|formaction|data|poster|background|cite|code|codebase|manifest)$/;
const spoken =
  /^(alt|title|label|placeholder|content|summary|abbr|data-(?!iso(-|$)).*|aria-(label|description|valuetext|placeholder|roledescription))$/;
// Their size does not follow from what is inside, and what is inside may not be there.
const replaced = "img,video,audio,canvas,iframe,input[type=image]";

/** Takes out of a tree, in place, what a picture has no use for. */
export function cleanNode<N extends PictureNode>(root: N, scene: Scene): N {
  const waiting: PictureNode[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.textContent) node.textContent = scene.hide(node.textContent);
    if (node.attributes) cleanAttributes(node, node.attributes, scene);
    if (!node.childNodes) continue;
    // A textarea's text is what was typed, or what stood there before.
    node.childNodes = node.tagName === "textarea" ? [] : node.childNodes.filter(isSeen);
    waiting.push(...node.childNodes);
  }
  return root;
}

function isSeen({ tagName = "", attributes = {} }: PictureNode): boolean {
  if (useless.test(tagName)) return false;
  if (tagName === "meta") return "charset" in attributes || attributes.name === "viewport";
  // A style sheet whose text may be read is here as text.
  return tagName !== "link" || "_cssText" in attributes || attributes.rel === "stylesheet";
}

function cleanAttributes(node: PictureNode, attributes: { [name: string]: unknown }, scene: Scene): void {
  const { tagName = "" } = node;
  const element = scene.elementOf(node.id) as Element | null;
  const masked = element?.closest?.(scene.masked);
  const labelled = tagName !== "input" || /^(submit|button|reset)$/.test(`${attributes.type}`);
  for (const [name, value] of Object.entries(attributes)) {
    if (
      /^(on|rr_(src|media|dataURL)|srcdoc$|ping$|nonce$|integrity$|http-equiv$|checked$|selected$|aria-valuenow$)/i.test(
        name,
      ) ||
      // Buttons say in it what they are called; everywhere else it is somebody's choice or text.
      (name === "value" && !(labelled && /^(input|li|meter|progress)$/.test(tagName))) ||
      (masked && (spoken.test(name) || name === "value"))
    )
      delete attributes[name];
    else if (addressed.test(name)) {
      const clean = name === "srcset" ? cleanSet(`${value}`) : cleanAddress(`${value}`, tagName);
      if (clean) attributes[name] = clean;
      else delete attributes[name];
    } else if (typeof value === "string") attributes[name] = scene.hide(value);
  }
  if (element?.matches?.(replaced)) {
    const { width, height } = getComputedStyle(element);
    // rrweb gives them to what it rebuilds as its size.
    if (/px$/.test(width)) Object.assign(attributes, { rr_width: width, rr_height: height });
  }
}

/** An address as it may leave the page; nothing for one that is no page's or image's. */
function cleanAddress(address: string, tagName: string): string | undefined {
  // A part of this very document, as a gradient is.
  if (/^#/.test(address)) return address;
  try {
    const url = new URL(address, document.baseURI);
    return /^https?:$/.test(url.protocol) ? cleanUrl(url.href, tagName === "use") : undefined;
  } catch {
    return undefined;
  }
}

/** `srcset`: addresses, each with a width or a density; https://html.spec.whatwg.org/multipage/images.html#srcset-attributes */
function cleanSet(set: string): string {
  return set
    .split(/,\s+/)
    .flatMap((candidate) => {
      const [address = "", descriptor] = candidate.trim().split(/\s+/);
      const clean = cleanAddress(address, "img");
      return clean ? [descriptor ? `${clean} ${descriptor}` : clean] : [];
    })
    .join(", ");
}
