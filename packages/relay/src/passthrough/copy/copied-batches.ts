import { type Batch, type Event, uuidv7 } from "@isotherm/protocol";
import type { ReadEvent } from "../preset/preset.js";

/** The batches that Isotherm's own SDK would have sent for what another tracker told: one for each page view. */
export function copiedBatches(events: readonly ReadEvent[], receivedAt: number, sdk: string): readonly Batch[] {
  const views = new Map<string, ReadEvent[]>();
  for (const event of events) {
    const view = event.pageId ?? event.url;
    views.set(view, [...(views.get(view) ?? []), event]);
  }
  return [...views.values()].map((happened) => batchOf(happened, uuidv7(receivedAt), sdk));
}

function batchOf(happened: readonly ReadEvent[], id: string, sdk: string): Batch {
  const at = Math.min(...happened.map((event) => event.at));
  const [{ pageId = id, url, referrer, title, viewport = [0, 0], screen = [0, 0] }] = happened as [ReadEvent];
  return {
    id,
    // No tracker numbers what it sends: each batch is a run of its own, in which none can be missing.
    tab: id,
    seq: 0,
    at,
    consent: "unset",
    page: {
      id: pageId,
      url,
      ...(referrer !== undefined && { referrer }),
      ...(title !== undefined && { title }),
      nav: "load",
      vw: viewport[0],
      vh: viewport[1],
      dw: viewport[0],
      dh: viewport[1],
      sw: screen[0],
      sh: screen[1],
      dpr: 1,
    },
    sdk,
    events: happened.map((event) => eventOf(event, at)),
  };
}

function eventOf({ name, properties, at }: ReadEvent, began: number): Event {
  const t = Math.round(at - began);
  if (name === undefined) return { type: "page", t };
  return { type: "custom", t, name, ...(properties !== undefined && { props: properties }) };
}
