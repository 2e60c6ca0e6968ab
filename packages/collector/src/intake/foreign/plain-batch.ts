import { type Batch, type Event, type Properties, uuidv7 } from "@isotherm/protocol";
import { type Fields, optionalFields, present } from "./fields.js";
import { batchId, fittingId, nameOf } from "./ids.js";
import { type KnownPage, pageOf } from "./page.js";

/** A foreign event, once it is known what it is in our words. */
export interface PlainEvent {
  /** Which intake it came by, and of which site. */
  readonly intake: string;
  readonly site: string;
  /** Its own id, where the format has one. */
  readonly id: string | undefined;
  /** When it happened, where it says so, and the clock at receipt, both in ms since 1970. */
  readonly at: number | undefined;
  readonly now: number;
  readonly visitor: string | undefined;
  readonly session: string | undefined;
  readonly user: string | undefined;
  readonly page: KnownPage;
  readonly events: readonly Event[];
}

/** A batch of its own for a foreign event. Without an id of the event's own, it gets one that no retry has. */
export function plainBatch({ intake, site, id: given, at, now, ...event }: PlainEvent): Batch {
  // What says no time has to get the same id at any time.
  const id = given === undefined ? uuidv7(at ?? now) : batchId(at ?? 0, intake, site, given);
  const { visitor, session, user, page, events } = event;
  return {
    id,
    // The session's own id would outlive a privacy signal here.
    tab: session === undefined ? id : nameOf("tab", site, session),
    seq: 0,
    at: at ?? now,
    ...(visitor !== undefined && { visitor: fittingId(visitor) }),
    ...(user !== undefined && { user: fittingId(user) }),
    ...(session !== undefined && { session: fittingId(session) }),
    consent: "unset",
    page: pageOf(page),
    sdk: intake,
    events,
  };
}

/** Whether a foreign name of an event means a page view. */
export const isPageView = (name: string): boolean => /^(page[ _-]?view|page|view)$/i.test(name);

/** What of a foreign event has no place of its own, as properties; those that it calls so itself are among them. */
export function leftover(from: Fields, known: readonly string[]): { readonly props?: Properties } {
  const { props, properties, ...others } = from;
  const rest = Object.entries(present(others)).filter(([name]) => !known.includes(name));
  const all = { ...optionalFields({ props }, "props"), ...optionalFields({ properties }, "properties") };
  const bag = { ...all, ...Object.fromEntries(rest) } as Properties;
  return Object.keys(bag).length === 0 ? {} : { props: bag };
}
