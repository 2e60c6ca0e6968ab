import { eachProperty } from "../../derive/property-code.js";
import type { Day } from "../../derive/zone.js";
import type { Value } from "../connection.js";
import { ofVisits } from "./of-visits.js";
import type { Scope } from "./scope.js";
import type { VisitDay } from "./visit-day.js";

/** A property of an event of a visit, by numbers of texts. */
export interface PropertyRow {
  /** The number of the visit, and its place among the day's. */
  readonly session: number;
  readonly place: number;
  readonly name: number;
  readonly value: number;
  /** The event: its row of `raw`, and its number there. */
  readonly raw: number;
  readonly event: number;
}

type Pair = readonly [session: number, name: number, value: number, raw: number, event: number];
type Packed = readonly [session: number, properties: Uint8Array, raw: number, event: number];

const ofEvents = "FROM sessions s JOIN raw r ON r.session = s.n JOIN events e ON e.raw = r.n";

/**
 * The properties of the events of a day's visits, or of those of one name, in no order; only those of some keys, by the
 * numbers of their texts, unless that is null.
 */
export function propertyRows(
  scope: Scope,
  day: Day,
  visits: VisitDay,
  event: string | null,
  keys: ReadonlySet<number> | null,
): readonly PropertyRow[] {
  const and = event === null ? "" : " AND e.name IN (SELECT n FROM strings WHERE text = ?)";
  const values: readonly Value[] = event === null ? [] : [event];
  const rows: PropertyRow[] = [];
  const places = new Map<number, number>();
  visits.n.forEach((session, place) => {
    places.set(session, place);
  });
  const add = ([session, name, value, raw, number]: Pair): void => {
    if (keys !== null && !keys.has(name)) return;
    const place = places.get(session);
    if (place !== undefined) rows.push({ session, place, name, value, raw, event: number });
  };
  const packed = ofVisits<Packed>(scope, day, `SELECT s.n, e.properties, e.raw, e.n ${ofEvents}`, {
    ...{ and: `AND e.properties IS NOT NULL${and}`, values },
  });
  for (const [session, properties, raw, number] of packed)
    eachProperty(properties, (name, value) => add([session, name, value, raw, number]));
  // Older programs kept each in a row of its own.
  if (scope.connection.get("SELECT raw FROM event_properties LIMIT 1") === undefined) return rows;
  const select = `SELECT s.n, p.name, p.value, p.raw, p.n ${ofEvents} JOIN event_properties p ON p.raw = e.raw AND p.n = e.n`;
  for (const pair of ofVisits<Pair>(scope, day, select, { and, values })) add(pair);
  return rows;
}
