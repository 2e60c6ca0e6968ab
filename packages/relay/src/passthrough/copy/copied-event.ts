import { type CustomEvent, limits, type PageEvent, type Properties } from "@isotherm/protocol";
import type { ReadEvent } from "../preset/preset.js";

/** An event as Isotherm has it, and when it happened. */
export interface CopiedEvent {
  readonly said: Omit<PageEvent, "t"> | Omit<CustomEvent, "t">;
  /** In ms since 1970. */
  readonly at: number;
}

/** Levels that an envelope is deep around the properties of an event, them not counted. */
const around = 5;
const encoder = new TextEncoder();

/** An event within the protocol's limits: properties beyond them are left out. None where it has no name. */
export function copiedEvent({ name, properties, at: said }: ReadEvent, receivedAt: number): readonly CopiedEvent[] {
  if (name === "") return [];
  const at = said >= 0 && said <= limits.time ? Math.round(said) : receivedAt;
  if (name === undefined) return [{ said: { type: "page" }, at }];
  const props = properties !== undefined && fits(properties) ? { props: properties } : {};
  return [{ said: { type: "custom", name: name.slice(0, limits.name), ...props }, at }];
}

function fits(properties: Properties): boolean {
  return (
    Object.keys(properties).length <= limits.propertyKeys &&
    isWithin(properties, limits.depth - around) &&
    encoder.encode(JSON.stringify(properties)).byteLength <= limits.propertyBytes
  );
}

/** Whether a value nests no deeper than this many levels. */
const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1)));
