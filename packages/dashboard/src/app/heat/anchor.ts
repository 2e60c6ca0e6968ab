import { say } from "../words/say.js";

/** An element in words. */
export interface ElementName {
  readonly title: string;
  /** Where it is, as recorded; empty when the title says it all. */
  readonly path: string;
}

const generic = new Set(["div", "span", "b", "i", "em", "strong", "path", "use", "g"]);

interface Step {
  readonly tag: string;
  readonly id: string;
  readonly number: number | null;
}

function step(text: string): Step {
  const tag = /^[a-z][a-z0-9-]*/i.exec(text)?.[0].toLowerCase() ?? "";
  const id = /#([^.:[>]+)/.exec(text)?.[1] ?? /\[?data-iso=["']?([^"'\]]+)/.exec(text)?.[1] ?? "";
  const number = /:(?:nth-of-type\()?(\d+)\)?/.exec(text)?.[1];
  return { tag, id, number: number === undefined ? null : Number(number) };
}

const spaced = (name: string): string => name.replace(/[-_]+/g, " ").trim();

function word({ tag, id, number }: Step): string {
  const kind = say.tags[tag] ?? (tag === "" ? "" : `<${tag}>`);
  if (id !== "") return kind === "" ? spaced(id) : `${kind} “${spaced(id)}”`;
  return number === null || number < 2 ? kind : say.tagNumber(kind, number);
}

/** Makes an anchor readable: the kind of element, what sets it apart, and the nearest ancestor that means something. */
export function elementName(anchor: string): ElementName {
  const path = anchor.split(" ")[0] ?? "";
  const steps = path
    .split(/[>/]/)
    .filter((part) => part !== "")
    .map(step);
  const own = steps.at(-1);
  if (own === undefined) return { title: say.unnamed, path: "" };
  const around = steps.slice(0, -1).findLast(({ tag, id }) => id !== "" || (tag !== "" && !generic.has(tag)));
  const title = word(own) || say.unnamed;
  const parent = around === undefined ? "" : word(around);
  const alike = around !== undefined && say.tags[around.tag] === say.tags[own.tag];
  return { title: parent === "" || alike || own.id !== "" ? title : say.tagIn(title, parent.toLowerCase()), path };
}
