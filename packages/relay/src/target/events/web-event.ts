import type { Event, Properties, SealedBatch } from "@isotherm/protocol";
import { correctedAt } from "@isotherm/protocol/seal";
import type { Item } from "../target.js";
import { eventId } from "./event-id.js";
import { type Place, placeOf } from "./place-of.js";
import { propertiesOf } from "./properties-of.js";
import { type EventSelection, isSelected } from "./selection.js";

/** One event with everything that a backend may want to know of it. */
export interface WebEvent {
  /** The same at every attempt. */
  readonly id: string;
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly event: Event;
  /** Its own name or type, or the one that the selection gives it. */
  readonly name: string;
  /** When it happened by the relay's clock, in ms since 1970: the sender's skew is taken out once, here. */
  readonly at: number;
  readonly properties: Properties;
  /** Who it was: the stored id, else the daily one, else the tab. */
  readonly visitor: string;
  readonly user: string | undefined;
  /** The stored session, else the tab. */
  readonly session: string;
  /** The visitor's address: for a target that needs the whole one, and where the journal has it, that; else its network. */
  readonly address: string | undefined;
  readonly agent: string | undefined;
  /** The first that the browser wants, as `en-GB`. */
  readonly language: string | undefined;
  readonly place: Place;
  readonly batch: SealedBatch;
  /** The site that the batch's key belongs to. */
  readonly site: string;
}

const decoder = new TextDecoder();

/** The events of an item that a selection lets through, in their order; none of what reports discards. */
export function webEvents(item: Item, selection: EventSelection, needsAddress: boolean): readonly WebEvent[] {
  if (item.kind === "gone" || selection.sites?.includes(item.site) === false) return [];
  const batch = JSON.parse(decoder.decode(item.batch)) as SealedBatch;
  const { at: began } = correctedAt(batch);
  const { edge } = batch;
  const shared = {
    visitor: batch.visitor ?? edge.visitor ?? batch.tab,
    user: batch.user,
    session: batch.session ?? batch.tab,
    address: (needsAddress ? (item.address ?? edge.address) : undefined) ?? edge.ip,
    agent: edge.ua,
    language: batch.page.lang ?? edge.lang?.split(/[,;]/)[0],
    place: placeOf(batch.page.url),
    batch,
    site: item.site,
  };
  const first = item.again?.event ?? 0;
  return batch.events.flatMap((event, place) => {
    const index = first + place;
    if (!isSelected(event, selection) || (event.type === "page" && batch.page.nav === "resume")) return [];
    const own = event.type === "custom" || event.type === "goal" ? event.name : event.type;
    return [
      {
        ...shared,
        id: eventId(batch.id, index),
        index,
        event,
        name: selection.rename?.[own] ?? own,
        at: Math.min(began + event.t, edge.at),
        properties: propertiesOf(event, selection.drop),
      },
    ];
  });
}
