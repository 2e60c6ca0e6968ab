import { eventSchemas } from "@isotherm/protocol/schema";
import type { OptionCheck } from "../../option-check.js";
import type { EventSelection } from "./selection.js";

const types = Object.keys(eventSchemas);

const fields: { readonly [Field in keyof Required<EventSelection>]: true } = {
  sites: true,
  types: true,
  names: true,
  rename: true,
  drop: true,
};

/** Refuses a selection that would let nothing through, or something else than was meant, because a word in it is wrong. */
export function checkSelection(selection: EventSelection | undefined, { fail, choice, text }: OptionCheck): void {
  if (selection === undefined) return;
  if (!isObject(selection)) fail("events", 'write which events go there, as { types: ["page"] }');
  const unknown = Object.keys(selection).find((field) => !(field in fields));
  if (unknown !== undefined) fail(`events.${unknown}`, `is unknown; known here are ${Object.keys(fields).join(", ")}`);
  for (const field of ["sites", "types", "names", "drop"] as const) {
    const list: unknown = selection[field];
    if (list === undefined) continue;
    if (!Array.isArray(list)) fail(`events.${field}`, "must be a list");
    for (const [index, word] of (list as readonly unknown[]).entries()) {
      const place = `events.${field}[${index}]`;
      text(place, word, "must be text");
      if (field === "types") choice(place, word, types);
    }
  }
  const rename: unknown = selection.rename ?? {};
  if (!isObject(rename)) fail("events.rename", 'write new names by old ones, as { page: "Page view" }');
  for (const [old, name] of Object.entries(rename as object)) text(`events.rename.${old}`, name, "must be text");
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
