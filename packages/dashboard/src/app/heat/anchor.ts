import { say } from "../words/say.js";

/** An element in words. */
export interface ElementName {
  readonly title: string;
  /** Where it is, as recorded, without the root that all share. */
  readonly path: string;
}

interface Step {
  readonly tag: string;
  readonly role: string;
  /** The name that its author gave it. */
  readonly name: string;
  readonly number: number;
}

const plain = new Set(["div", "span", "b", "i", "em", "strong", "path", "use", "g"]);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Cut in the middle of a code by the limit on anchors.
  }
}

/** Reads `#id`, `[data-iso=name]`, or `tag[role=…].class:3`. */
function step(text: string): Step {
  const name = /^#(.+)$/.exec(text)?.[1] ?? /^\[data-iso=(.+)\]$/.exec(text)?.[1] ?? "";
  const own = name === "" ? text : "";
  return {
    tag: /^[a-z][a-z0-9-]*/.exec(own)?.[0] ?? "",
    role: decoded(/\[role=([^\]]+)\]/.exec(own)?.[1] ?? ""),
    name: decoded(name).replace(/[-_]+/g, " ").trim(),
    number: Number(/:(\d+)$/.exec(own)?.[1] ?? 1),
  };
}

// Sites that record texts have the words themselves after the sign, with %20 between them; the others a short hash.
const hashed = /^[0-9a-z]{0,7}$/;

/** Reads the loose anchor: `tag=words`, `tag[role=tab]=hash`. */
function looseOf(text: string): { readonly tag: string; readonly role: string; readonly words: string } {
  const [, tag = "", role = "", words = ""] = /^([a-z][a-z0-9-]*)?(?:\[role=([^\]]*)\])?(?:=(.*))?$/.exec(text) ?? [];
  return { tag, role: decoded(role), words: hashed.test(words) ? "" : decoded(words) };
}

const kind = (tag: string, role: string): string =>
  say.roles[role] ?? say.tags[tag] ?? (tag === "" ? "" : say.otherTag(tag));

function around({ tag, role, name, number }: Step): string {
  const word = kind(tag, role);
  if (name !== "") return say.quoted(name);
  return number < 2 ? word.toLowerCase() : say.tagNumber(word.toLowerCase(), number);
}

/** Makes an anchor readable: the kind of element, what sets it apart, and the nearest ancestor that means something. */
export function elementName(anchor: string): ElementName {
  const [strict = "", looseText = ""] = anchor.split(" ");
  const path = strict.replace(/^html:1>body:1>/, "");
  const loose = looseOf(looseText);
  const steps = path
    .split(/>+/)
    .filter((part) => part !== "")
    .map(step);
  const own = steps.at(-1);
  if (own === undefined) return { title: say.unnamed, path };
  const word = kind(own.tag || loose.tag, own.role || loose.role);
  const name = loose.words || own.name;
  if (name !== "") return { title: word === "" ? name : `${word} ${say.quoted(name)}`, path };
  const numbered = own.number < 2 ? word : say.tagNumber(word, own.number);
  const parent = steps.slice(0, -1).findLast(({ tag, name: given }) => given !== "" || !plain.has(tag));
  const alike = parent === undefined || (parent.name === "" && kind(parent.tag, parent.role) === word);
  return { title: (alike ? numbered : say.tagIn(numbered, around(parent))) || say.unnamed, path };
}
