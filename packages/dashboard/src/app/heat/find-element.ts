// The other side of the SDK's anchors (packages/sdk/src/anchor.ts): names are given there, and found again here.
const unread = "[contenteditable],textarea,[data-iso-ignore],[data-iso-mask]";
const many = 20;
const longest = 256;

const plain = (text: string): string => text.replace(/[\s%>]/g, encodeURIComponent);

type Root = Document | ShadowRoot;

/** What a snapshot is searched for elements by; elements that were looked for are remembered. */
export type Find = (anchor: string) => Element | undefined;

/** Finds elements by their anchors: where they stood, or else by what they are, where only one is like that. */
export function finder(doc: Document): Find {
  let byName: Map<string, Element | null> | undefined;
  return (anchor) => {
    const [strict = "", loose = ""] = anchor.split(" ");
    const found = byPlace(doc, strict);
    if (found !== undefined || loose === "") return found;
    byName ??= namesIn(doc);
    return byName.get(loose) ?? undefined;
  };
}

function byPlace(doc: Document, strict: string): Element | undefined {
  let root: Root | null | undefined = doc;
  let found: Element | undefined;
  for (const path of strict.split(">>")) {
    if (root === null || root === undefined) return undefined;
    found = inRoot(root, path.split(">"));
    root = found?.shadowRoot;
  }
  return found;
}

function inRoot(root: Root, steps: readonly string[]): Element | undefined {
  const [first = "", ...rest] = steps;
  let at: Element | undefined = named(root, first) ?? child(root, first);
  for (const step of rest) at = at && child(at, step);
  return at;
}

/** `#id`, or `[data-iso=name]`. */
function named(root: Root, step: string): Element | undefined {
  const id = /^#(.+)$/.exec(step)?.[1];
  if (id !== undefined) return root.getElementById(decodeURIComponent(id)) ?? undefined;
  const name = /^\[data-iso=(.+)\]$/.exec(step)?.[1];
  if (name === undefined) return undefined;
  return [...root.querySelectorAll("[data-iso]")].find((one) => plain(one.getAttribute("data-iso") ?? "") === name);
}

/** `tag[role=…].class:3`: the third of its tag, if it still has that role or class. */
function child(parent: ParentNode, step: string): Element | undefined {
  const [, tag, role, word, nth] = /^([^[.:]+)(?:\[role=([^\]]*)\])?(?:\.([^:]+))?:(\d+)$/.exec(step) ?? [];
  if (tag === undefined) return undefined;
  const found = [...parent.children].filter(({ localName }) => localName === tag)[Number(nth) - 1];
  if (found === undefined || (word !== undefined && !found.classList.contains(word))) return undefined;
  return role === undefined || plain(found.getAttribute("role") ?? "") === role ? found : undefined;
}

/** Elements by their loose anchors, with the text and with its hash; null where several are alike. */
function namesIn(doc: Document): Map<string, Element | null> {
  const names = new Map<string, Element | null>();
  for (const element of doc.querySelectorAll("body *")) {
    const words = wordsOf(element);
    if (words === "") continue;
    const role = element.getAttribute("role");
    const kind = element.localName + (role ? `[role=${plain(role)}]` : "");
    for (const said of [plain(words), hash(words).toString(36)]) {
      const name = `${kind}=${said}`.slice(0, longest);
      names.set(name, names.has(name) ? null : element);
    }
  }
  return names;
}

function wordsOf(element: Element): string {
  const names = ["aria-label", "alt", "title", "placeholder"];
  const label = names.map((name) => element.getAttribute(name)).find(Boolean);
  const unreadable =
    element.closest(unread) ?? element.querySelector(unread) ?? element.getElementsByTagName("*")[many];
  return (label ?? (unreadable ? "" : `${element.textContent}`)).replace(/\s+/g, " ").trim().slice(0, 80);
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), as the SDK hashes words. */
function hash(words: string): number {
  let sum = 0;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
