import type { Event, Json, Properties } from "@isotherm/protocol";

/** What an event says besides its type, time and name; of a custom event its properties, of `identify` the traits. */
export function propertiesOf(event: Event, drop: readonly string[] = []): Properties {
  const { type: _type, t: _t, ...facts } = event;
  const said = ownOf(event, facts as Properties);
  return Object.fromEntries(Object.entries(said).filter(([name]) => !drop.includes(name)));
}

function ownOf(event: Event, facts: Properties): Properties {
  if (event.type === "custom") return event.props ?? {};
  if (event.type === "identify") return event.traits ?? {};
  if (event.type === "goal") {
    const { name: _name, ...rest } = facts as { readonly [key: string]: Json };
    return rest;
  }
  return facts;
}
