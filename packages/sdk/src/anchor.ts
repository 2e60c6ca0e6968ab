import { limits } from "@isotherm/protocol";

// Ids that a program counted or drew: two builds or two loads give the same element another one.
const generatedId = /^(radix|headlessui|mui|ember|react)|\d\d|\d[a-z]+\d|[^\w-]/i;
// Words, not hashes: a hash holds digits, capitals, or consonants in a row. Words for a state come and go.
const stableClass =
  /^(?!.*([^aeiouy-]{6}|activ|open|select|hover|focus|hid|show|visib|disab|current|load|^(is|has)-))[a-z]{2,}(-[a-z]{2,})*$/;

// Anchors are joined by spaces, and their steps by ">".
const plain = (text: string): string => text.replace(/[\s%>]/g, encodeURIComponent);

/** The name that the author gave an element for good. */
function given(element: Element): string | undefined {
  const { id } = element;
  const name = element.getAttribute("data-iso");
  if (name) return `[data-iso=${plain(name)}]`;
  const root = element.getRootNode() as Partial<Document>;
  // Twice in a document, an id tells nothing.
  return id && !generatedId.test(id) && root.getElementById?.(id) === element ? `#${id}` : undefined;
}

/** Tag and role, as `button[role=tab]`. */
function kind({ localName }: Element, role: string | null): string {
  return role ? `${localName}[role=${plain(role)}]` : localName;
}

function step(element: Element, role = element.getAttribute("role")): string {
  const word = role ? "" : [...element.classList].find((one) => stableClass.test(one));
  let nth = 0;
  for (let at: Element | null = element; at; at = at.previousElementSibling)
    if (at.localName === element.localName) nth++;
  return `${kind(element, role)}${word ? `.${word}` : ""}:${nth}`;
}

/** Where an element stands: `[data-iso=name]`, `#id`, or steps down from the nearest of these, as `#menu>ul:1>li.item:3`. Shadow roots are entered by `>>`. */
function strictAnchor(element: Element): string {
  const name = given(element);
  const parent = element.parentElement;
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  const own = name ?? step(element);
  // Inside a shadow root the host's own anchor comes first.
  if (host && (name || !parent)) return `${strictAnchor(host)}>>${own}`;
  return name || !parent ? own : `${strictAnchor(parent)}>${own}`;
}

/** A short text of an element: its label, or what it begins with. */
function text(element: Element): string {
  for (const name of ["aria-label", "alt", "title", "placeholder"]) {
    const label = element.getAttribute(name);
    if (label) return label;
  }
  let words = "";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  // What is being written is the visitor's.
  while (words.length < 80 && !(element as HTMLElement).isContentEditable && walker.nextNode())
    words += walker.currentNode.nodeValue;
  return words.replace(/\s+/g, " ").trim().slice(0, 80);
}

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: enough to tell the texts of one page apart.
function hash(words: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}

/** What an element is, wherever it stands: `button[role=tab]=1x2y3z`, the hash of its text last. */
function looseAnchor(element: Element, verbatim: boolean): string {
  const words = text(element);
  return `${kind(element, element.getAttribute("role"))}=${verbatim ? plain(words) : hash(words)}`;
}

/** How an element is recognised again: its strict and its loose anchor, joined by a space. The text itself leaves the page only `verbatim`. */
export function anchors(element: Element, verbatim = false): string {
  const loose = looseAnchor(element, verbatim).slice(0, limits.anchor / 2);
  // The end of a path says more than its beginning.
  return `${strictAnchor(element).slice(loose.length + 1 - limits.anchor)} ${loose}`;
}
