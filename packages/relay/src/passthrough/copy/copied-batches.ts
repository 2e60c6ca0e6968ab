import { type Batch, horizon, limits, type Page, uuidv7 } from "@isotherm/protocol";
import { RelayError } from "../../relay-error.js";
import type { ReadEvent } from "../preset/preset.js";
import { type CopiedEvent, copiedEvent } from "./copied-event.js";

const encoder = new TextEncoder();
const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).byteLength;

/** Bytes of a comma and of the largest `t`, which an event gets with its batch. */
const timeBytes = `,"t":${horizon.send},`.length;

/**
 * The batches that Isotherm's own SDK would have sent for what another tracker told: one for each page view, or as many as
 * the protocol's limits ask for. Throws a `RelayError` of code `body_too_large` where they are more than a request may hold.
 */
export function copiedBatches(events: readonly ReadEvent[], receivedAt: number, sdk: string): readonly Batch[] {
  const views = new Map<string, ReadEvent[]>();
  for (const event of events) {
    const view = event.pageId ?? event.url;
    const known = views.get(view);
    if (known === undefined) views.set(view, [event]);
    else known.push(event);
  }
  const batches: Batch[] = [];
  let bytes = 0;
  for (const happened of views.values()) {
    const page = pageOf(happened[0] as ReadEvent, receivedAt);
    const copied = happened.flatMap((event) => copiedEvent(event, receivedAt)).sort((one, other) => one.at - other.at);
    const { list, size } = batchesOf(copied, page, receivedAt, sdk);
    batches.push(...list);
    bytes += size;
    if (bytes > limits.requestBytes) {
      throw new RelayError("body_too_large", `copies of one request may have ${limits.requestBytes} bytes`);
    }
  }
  return batches;
}

/** Events of one page view, in the order of their times, in as few batches as may hold them. */
function batchesOf(
  copied: readonly CopiedEvent[],
  page: Page,
  receivedAt: number,
  sdk: string,
): { readonly list: readonly Batch[]; readonly size: number } {
  const list: Batch[] = [];
  const head = bytesOf(batchOf([], limits.time, page, receivedAt, sdk));
  let open: CopiedEvent[] = [];
  let began = 0;
  let bytes = head;
  let size = 0;
  const close = (): void => {
    if (open.length === 0) return;
    list.push(batchOf(open, began, page, receivedAt, sdk));
    size += bytes;
    open = [];
    bytes = head;
  };
  for (const event of copied) {
    const more = bytesOf(event.said) + timeBytes;
    const isFull = open.length >= limits.events || bytes + more > limits.batchBytes;
    if (isFull || event.at - began > horizon.send) close();
    if (open.length === 0) began = event.at;
    open.push(event);
    bytes += more;
  }
  close();
  return { list, size };
}

function batchOf(copied: readonly CopiedEvent[], at: number, page: Page, receivedAt: number, sdk: string): Batch {
  const id = uuidv7(receivedAt);
  // No tracker numbers what it sends: each batch is a run of its own, in which none can be missing.
  const events = copied.map((event) => ({ ...event.said, t: event.at - at }));
  return { id, tab: id, seq: 0, at, consent: "unset", page, sdk, events };
}

function pageOf(event: ReadEvent, receivedAt: number): Page {
  const { pageId, url, referrer, title, viewport = [0, 0], screen = [0, 0] } = event;
  const [vw, vh, sw, sh] = [...viewport, ...screen].map(lengthOf) as [number, number, number, number];
  return {
    id: pageId?.slice(0, limits.id) || uuidv7(receivedAt),
    url: url.slice(0, limits.url),
    ...(referrer !== undefined && { referrer: referrer.slice(0, limits.url) }),
    ...(title !== undefined && { title: title.slice(0, limits.title) }),
    nav: "load",
    vw,
    vh,
    dw: vw,
    dh: vh,
    sw,
    sh,
    dpr: 1,
  };
}

const lengthOf = (length: number): number => Math.max(0, Math.min(limits.pixels, Math.round(length)));
