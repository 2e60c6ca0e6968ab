import type { Item, Target, TargetRequest } from "../target/target.js";

/** A request that is to be sent, again if need be. */
export interface Parcel {
  readonly request: TargetRequest;
  /** Attempts that failed. */
  failures: number;
  /** Monotonic time before which it is not sent again. */
  notBefore: number;
}

/** What waits to be sent, oldest first. */
export interface Parcels {
  /** Nothing is here. */
  readonly empty: boolean;
  add(item: Item): void;
  /** The oldest parcel that may go now. Items that wait are only packed when they are wanted, into as few as possible. */
  next(clock: number): Parcel | undefined;
  /** Puts back what has to be sent again, in front. */
  again(parcel: Parcel): void;
  /** Puts each half of a request that was refused as a whole in front, to find the item that is at fault. */
  split(parcel: Parcel): void;
  /** When the first parcel may go that may not go yet; undefined when there is none. */
  soonest(): number | undefined;
}

/** Parcels for one target. */
export function parcels(target: Target): Parcels {
  let loose: Item[] = [];
  let queue: Parcel[] = [];
  const pack = (items: readonly Item[]): Parcel[] =>
    target.encode(items).map((request) => ({ request, failures: 0, notBefore: Number.NEGATIVE_INFINITY }));

  return {
    get empty() {
      return loose.length === 0 && queue.length === 0;
    },
    add(item) {
      loose.push(item);
    },
    next(clock) {
      const ready = (): number => queue.findIndex(({ notBefore }) => notBefore <= clock);
      let index = ready();
      if (index === -1 && loose.length > 0) {
        queue = [...queue, ...pack(loose)];
        loose = [];
        index = ready();
      }
      return index === -1 ? undefined : queue.splice(index, 1)[0];
    },
    again(parcel) {
      queue.unshift(parcel);
    },
    split({ request: { items } }) {
      const half = Math.ceil(items.length / 2);
      queue.unshift(...pack(items.slice(0, half)), ...pack(items.slice(half)));
    },
    soonest: () =>
      queue.reduce<number | undefined>(
        (soonest, { notBefore }) => Math.min(soonest ?? notBefore, notBefore),
        undefined,
      ),
  };
}
