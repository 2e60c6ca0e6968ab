import type { Forwarder } from "../forward/forwarder.js";
import { pause } from "../forward/pause.js";
import type { Item } from "../target/target.js";
import { entriesOf } from "../target/unwritable.js";
import { type DeliveryParts, deliver } from "./delivery.js";
import { type Fate, fates } from "./fates.js";
import { mood, type SetBack } from "./mood.js";
import { recent } from "./recent.js";

/** What one request came to at a target. */
export interface Delivered {
  /** By the id of the item; those that are worth sending again have none. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Why not all of them have one. */
  readonly setBack: SetBack | undefined;
}

/** Brings the batches of one request to a target, while whoever sent them waits. */
export interface Receiver extends Forwarder {
  receive(items: readonly Item[]): Promise<Delivered>;
}

/** What is remembered of each target, so that what it took or refused is not sent when its request comes again. */
const remember = 16_384;

/** A receiver of one target. */
export function receiver(parts: DeliveryParts): Receiver {
  const { target } = parts;
  const known = recent<Fate>(remember);
  const feelings = mood(parts);
  const underway = new Set<Promise<Delivered>>();

  const receive = async (items: readonly Item[]): Promise<Delivered> => {
    const account = fates(known);
    const entries = items.map((item) => ({ item, its: entriesOf(target, item) }));
    const open = entries.flatMap(({ its }) => its).filter(account.isOpen);
    const setBack =
      open.length === 0 ? undefined : (feelings.quiet() ?? (await deliver(open, parts, account, feelings)));
    const settled = entries.flatMap(({ item, its }) => {
      const fate = account.of(its);
      return fate === undefined ? [] : [[item.id, fate] as const];
    });
    return { fates: new Map(settled), setBack };
  };

  return {
    name: target.name,
    receive(items) {
      const work = receive(items).finally(() => underway.delete(work));
      underway.add(work);
      return work;
    },
    state: feelings.state,
    passed: async () => true,
    async close(drainMs) {
      const late = new AbortController();
      await Promise.race([Promise.allSettled(underway), pause(drainMs, late.signal)]);
      late.abort();
    },
  };
}
