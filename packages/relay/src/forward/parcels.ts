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
  /**
   * The oldest parcel that may go now; for a probe, the one that failed least, because one that fails by itself would keep
   * the gate shut for ever. Items that wait are only packed when they are wanted, into as few as possible.
   */
  next(clock: number, isProbe: boolean): Parcel | undefined;
  /** Puts back what has to be sent again, in front. */
  again(parcel: Parcel): void;
  /** Puts each half of a request that was refused as a whole in front, to find the item that is at fault. */
  split(parcel: Parcel): void;
  /** Lets everything go at once: the target is well again, and what failed before says nothing about it. */
  hurry(): void;
  /** When something may go, as far as it is up to the parcels; undefined when there is none. */
  soonest(): number | undefined;
}

/** Parcels for one target. */
export function parcels(target: Target): Parcels {
  let loose: Item[] = [];
  let queue: Parcel[] = [];
  const pack = (items: readonly Item[], failures = 0): Parcel[] =>
    target.encode(items).map((request) => ({ request, failures, notBefore: Number.NEGATIVE_INFINITY }));

  return {
    get empty() {
      return loose.length === 0 && queue.length === 0;
    },
    add(item) {
      loose.push(item);
    },
    next(clock, isProbe) {
      const isReady = ({ notBefore }: Parcel): boolean => notBefore <= clock;
      if (loose.length > 0 && (isProbe || !queue.some(isReady))) {
        queue = [...queue, ...pack(loose)];
        loose = [];
      }
      const ready = queue.filter(isReady);
      const parcel = isProbe ? leastFailed(ready) : ready[0];
      if (parcel !== undefined) queue.splice(queue.indexOf(parcel), 1);
      return parcel;
    },
    again(parcel) {
      queue.unshift(parcel);
    },
    split({ request: { items }, failures }) {
      const half = Math.ceil(items.length / 2);
      // A suspicion stays with the half that bears it out.
      const inherited = Math.max(0, failures - 1);
      queue.unshift(...pack(items.slice(0, half), inherited), ...pack(items.slice(half), inherited));
    },
    hurry() {
      for (const parcel of queue) parcel.notBefore = Number.NEGATIVE_INFINITY;
    },
    soonest() {
      const times = queue.map(({ notBefore }) => notBefore);
      if (loose.length > 0) times.push(Number.NEGATIVE_INFINITY);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}

function leastFailed(parcels: readonly Parcel[]): Parcel | undefined {
  return parcels.reduce<Parcel | undefined>(
    (least, parcel) => (least === undefined || parcel.failures < least.failures ? parcel : least),
    undefined,
  );
}
