import { limits } from "@isotherm/protocol";
import { hash } from "./hash.js";
import { holder } from "./holder.js";

// Ids that a program counted or drew: two builds or two loads give the same element another one. They hold a digit or a
// sign; React's hold `_r_` and a number to the base of 32.
const generatedId = /_r_|[^a-z_-]/i;
// Words, not hashes: a hash holds digits, capitals, or consonants in a row. Words for a state come and go.
const stableClass =
  /^(?!.*([^aeiouy-]{6}|activ|open|select|hover|focus|hid|show|visib|disab|current|load|is-|has-))[a-z]{2,}(-[a-z]{2,})*$/;
// What is being written is the visitor's.
const unread = "[contenteditable],textarea,[data-iso-ignore],[data-iso-mask]";

// Elements inside another from which on its text is not read: to gather a whole page's takes a while.
const many = 20;

// Anchors are joined by spaces, and their steps by ">".
const plain = (text: string): string => text.replace(/[\s%>]/g, encodeURIComponent);

/** Tag and role, as `button[role=tab]`. */
function kind(element: Element): string {
  const role = element.getAttribute("role");
  return element.localName + (role ? `[role=${plain(role)}]` : "");
}

function step(element: Element): string {
  const what = kind(element);
  const word = what === element.localName && [...element.classList].find((one) => stableClass.test(one));
  let nth = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling)
    if (at.localName === element.localName) nth++;
  return `${what}${word ? `.${word}` : ""}:${nth}`;
}

/** Where an element stands: `[data-iso=name]`, `#id`, or steps down from the nearest of these, as `#menu>ul:1>li.item:3`. Shadow roots and frames are entered by `>>`. */
function strictAnchor(element: Element): string {
  const { id, parentElement } = element;
  const given = element.getAttribute("data-iso");
  const root = element.getRootNode() as Partial<Document>;
  // Twice in a document, an id tells nothing.
  const own = id && !generatedId.test(id) && root.getElementById?.(id) === element && `#${id}`;
  const name = given ? `[data-iso=${plain(given)}]` : own;
  const inside = name ? null : parentElement;
  const before = inside ?? holder(element);
  return (before ? strictAnchor(before) + (inside ? ">" : ">>") : "") + (name || step(element));
}

/** A short text of an element: its label, or what it begins with. What holds many others is no label, but a part of the page. */
function text(element: Element): string {
  const names = ["aria-label", "alt", "title", "placeholder"];
  const label = names.map((name) => element.getAttribute(name)).find(Boolean);
  const unreadable =
    element.closest(unread) ?? element.querySelector(unread) ?? element.getElementsByTagName("*")[many];
  return (label ?? (unreadable ? "" : `${element.textContent}`)).replace(/\s+/g, " ").trim().slice(0, 80);
}

/** How an element is recognised again: its strict and its loose anchor, joined by a space. The loose one is what it is wherever it stands, `button[role=tab]=1x2y3z`, the hash of its text last; the text itself leaves the page only `verbatim`. */
export function anchors(element: Element, verbatim?: boolean): string {
  const words = text(element);
  const loose = `${kind(element)}=${verbatim ? plain(words) : hash(words).toString(36)}`.slice(0, limits.anchor / 2);
  // The end of a path says more than its beginning.
  return `${strictAnchor(element).slice(loose.length + 1 - limits.anchor)} ${loose}`;
}
