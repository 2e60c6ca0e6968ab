import type { Event, EventType } from "@isotherm/protocol";

/** Which events a backend gets, and under which names. */
export interface EventSelection {
  /** Sites whose events go there, by their ids: a backend with a project for each site is a target for each. @default all */
  readonly sites?: readonly string[];
  /** Types that go there. @default ["page", "custom", "goal", "identify"] */
  readonly types?: readonly EventType[];
  /** Of custom events and goals, the names that go there. @default all */
  readonly names?: readonly string[];
  /** New names by old ones; of events without a name of their own, by their type. @default {} */
  readonly rename?: { readonly [name: string]: string };
  /** Properties and traits that stay behind, by their names. @default [] */
  readonly drop?: readonly string[];
}

const usual: readonly EventType[] = ["page", "custom", "goal", "identify"];

/** Whether an event goes there. An idle visitor's return (`resume`) is told by its page and is no event of its own. */
export function isSelected(event: Event, { types = usual, names }: EventSelection): boolean {
  if (!types.includes(event.type)) return false;
  if (names === undefined || (event.type !== "custom" && event.type !== "goal")) return true;
  return names.includes(event.name);
}
