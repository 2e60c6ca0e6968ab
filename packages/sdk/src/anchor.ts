import { limits } from "@isotherm/protocol";

// Ids that a program counted or drew: two builds or two loads give the same element another one.
const generatedId = /^(radix|headlessui|mui|ember|react|chakra|ext-|yui|ng-|:)|\d\d|\d[a-z]+\d|[^\w-]/i;
// Words, not hashes: a hash holds digits, capitals, or consonants in a row.
const stableClass = /^(?!.*[^aeiouy-]{6})[a-z]{2,20}(-[a-z]{2,20})*$/;
// They come and go with what the visitor does.
const stateClass =
  /^(is|has|js)-|active|open|select|hover|focus|hid|show|visible|disabled|current|load|enter|leave|dark|light/;

// Anchors are joined by spaces, and their steps by ">".
const plain = (text: string): string => text.replace(/[\s%>]/g, encodeURIComponent);

/** The name that the author gave an element for good. */
function given(element: Element): string | undefined {
  const name = element.getAttribute("data-iso");
  if (name) return `[data-iso=${plain(name)}]`;
  const { id } = element;
  const root = element.getRootNode() as Document | ShadowRoot;
  // Twice in a document, an id tells nothing.
  return id && !generatedId.test(id) && root.getElementById?.(id) === element ? `#${id}` : undefined;
}

function step(element: Element): string {
  const name = element.localName;
  let nth = 1;
  for (let before = element.previousElementSibling; before; before = before.previousElementSibling)
    if (before.localName === name) nth++;
  const role = element.getAttribute("role");
  const word = [...element.classList].find((one) => stableClass.test(one) && !stateClass.test(one));
  return `${name}${role ? `[role=${plain(role)}]` : word ? `.${word}` : ""}:${nth}`;
}

/** Where an element stands: `[data-iso=name]`, `#id`, or steps down from the nearest of these, as `#menu>ul:1>li.item:3`. Shadow roots are entered by `>>`. */
function strictAnchor(element: Element): string {
  let path = "";
  for (let at: Element | null = element; at; ) {
    const name = given(at);
    path = (name ?? step(at)) + path;
    const root: Node = at.getRootNode();
    if (name || !at.parentElement) {
      // Inside a shadow root the host's own anchor comes first.
      at = "host" in root ? (root.host as Element) : null;
      path = (at ? ">>" : "") + path;
    } else {
      at = at.parentElement;
      path = `>${path}`;
    }
  }
  return path;
}

/** A short text of an element: its label, or what it begins with. */
function text(element: Element): string {
  for (const name of ["aria-label", "alt", "title", "placeholder"]) {
    const label = element.getAttribute(name);
    if (label) return label;
  }
  let words = "";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (words.length < 80 && walker.nextNode()) words += walker.currentNode.nodeValue;
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
  const role = element.getAttribute("role");
  const words = text(element);
  return `${element.localName}${role ? `[role=${plain(role)}]` : ""}=${verbatim ? plain(words) : hash(words)}`;
}

/** How an element is recognised again: its strict and its loose anchor, joined by a space. The text itself leaves the page only `verbatim`. */
export function anchors(element: Element, verbatim = false): string {
  const loose = looseAnchor(element, verbatim).slice(0, limits.anchor / 2);
  // The end of a path says more than its beginning.
  return `${strictAnchor(element).slice(loose.length + 1 - limits.anchor)} ${loose}`;
}
