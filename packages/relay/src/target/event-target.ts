import type { EventSelection } from "./events/selection.js";
import { type WebEvent, webEvents } from "./events/web-event.js";
import type { Entry, Target, TargetRequest } from "./target.js";

/** What every target that speaks of events can be told. */
export interface EventTargetOptions {
  /** Its name in counters, cursors and health. @default the type */
  readonly name?: string;
  /** Which events go there, and under which names. @default page views, custom events, goals and identify */
  readonly events?: EventSelection;
  /** Requests in flight at most. @default 4 */
  readonly concurrency?: number;
  /** What becomes of events that are older than the backend takes: into the dead letters, or sent anyway. @default "dead" */
  readonly late?: "dead" | "send";
  /** What becomes of a request without an answer, where the backend would not recognise a second copy. @default "resend" */
  readonly onUnknown?: "resend" | "drop";
}

/** For backends that know a visitor without the address. */
export interface AddressOption {
  /** Sends the visitor's whole address. Else one that finds places by it gets its network, as `203.0.113.0`. @default false */
  readonly sendAddress?: boolean;
}

/** How an event is written for a backend. */
export interface WrittenEvent {
  /** Its JSON, or whatever stands for it in a body. */
  readonly text: string;
  /** Events of different groups never share a request, as where headers speak of one visitor. */
  readonly group?: string;
  /** Where requests go in order: the groups whose order counts among each other, as those of one session. @default the group */
  readonly lane?: string;
  /** How many events it is for the backend, as a trail that it stores point by point. @default 1 */
  readonly count?: number;
}

/** An event on its way. */
export interface EventEntry extends Entry, WrittenEvent {
  readonly event: number;
  /** Bytes of the text in UTF-8. */
  readonly bytes: number;
  readonly web: WebEvent;
}

/** What a backend's format says, beside how it answers. */
export interface EventFormat {
  readonly name: string;
  readonly dedupe: "id" | "none";
  readonly needsAddress: boolean;
  readonly limits: {
    /** Events of one request, as the backend counts them. */
    readonly events: number;
    /** Bytes of a request's events, with a byte between them. */
    readonly bytes: number;
    /** Bytes of one event. @default those of a request */
    readonly eventBytes?: number;
    /** Milliseconds since it happened after which an event comes too late. @default never */
    readonly lateness?: number;
  };
  /** Requests of a group go one after the other: their order counts. @default false */
  readonly inOrder?: boolean;
  /** How an event is written; undefined where the backend has no word for it. */
  write(event: WebEvent): WrittenEvent | undefined;
  /** The request that carries these events, of one group and at least one. */
  wrap(entries: readonly EventEntry[]): Pick<TargetRequest, "url" | "headers" | "body" | "bodyAt">;
  /** Headers of one attempt. @default none */
  stamp?(request: TargetRequest<EventEntry>, now: number): Promise<{ readonly [name: string]: string }>;
  readonly classify: Target<EventEntry>["classify"];
}

const encoder = new TextEncoder();

/** What an event takes in memory beside its text, parsed and with all that a backend may want to know of it; measured. */
const eventWeight = 1_024;

/** A target that speaks of events: it reads batches, and packs what the format writes. */
export function eventTarget(format: EventFormat, options: EventTargetOptions): Target<EventEntry> {
  const { limits, write, wrap, stamp, inOrder = false } = format;
  const { eventBytes = limits.bytes, lateness = Number.POSITIVE_INFINITY } = limits;
  const { name = format.name, events = {}, concurrency = 4, late = "dead", onUnknown = "resend" } = options;

  const close = (entries: readonly EventEntry[]): TargetRequest<EventEntry> => {
    const { group, lane = group } = entries[0] ?? {};
    return {
      ...wrap(entries),
      entries,
      batchIds: [...new Set(entries.map(({ item }) => item.id))],
      ...(inOrder && lane !== undefined && { lane }),
    };
  };

  return {
    name,
    limits: { lateness },
    dedupe: format.dedupe,
    onUnknown,
    late,
    concurrency,
    needsAddress: format.needsAddress,
    entries: (item) =>
      webEvents(item, events, format.needsAddress).flatMap((web) => {
        const written = write(web);
        if (written === undefined) return [];
        const bytes = encoder.encode(written.text).byteLength;
        const message = `the event has ${bytes} bytes, and the backend takes ${eventBytes}`;
        const refusal = bytes > eventBytes ? { refusal: { code: "event_too_large", message } } : {};
        // The text, and once more in a body.
        const weight = eventWeight + 2 * bytes;
        return [{ item, event: web.index, since: web.at, web, bytes, weight, ...written, ...refusal }];
      }),
    encode(entries) {
      const requests: TargetRequest<EventEntry>[] = [];
      for (const group of groupsOf(entries)) {
        let open: EventEntry[] = [];
        let bytes = 0;
        let counted = 0;
        for (const entry of group) {
          const { count = 1 } = entry;
          const isFull = counted + count > limits.events || bytes + entry.bytes + 1 > limits.bytes;
          if (isFull && open.length > 0) {
            requests.push(close(open));
            open = [];
            bytes = 0;
            counted = 0;
          }
          open.push(entry);
          bytes += entry.bytes + 1;
          counted += count;
        }
        requests.push(close(open));
      }
      return requests;
    },
    stamp: stamp ?? (async () => ({})),
    classify: format.classify,
  };
}

/** A body of JSON: the texts of events as the list between `before` and `after`. */
export const listBody = (entries: readonly WrittenEvent[], before = "[", after = "]"): Uint8Array =>
  encoder.encode(before + entries.map(({ text }) => text).join(",") + after);

function groupsOf(entries: readonly EventEntry[]): Iterable<readonly EventEntry[]> {
  const groups = new Map<string | undefined, EventEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.group);
    if (group === undefined) groups.set(entry.group, [entry]);
    else group.push(entry);
  }
  return groups.values();
}
