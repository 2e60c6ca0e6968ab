import type { Entry, Target, TargetRequest } from "../target/target.js";

/** A request that is to be sent, again if need be. */
export interface Parcel {
  readonly request: TargetRequest;
  /** Attempts that failed. */
  failures: number;
  /** Monotonic time before which it is not sent again. */
  notBefore: number;
  /** The request that it is a part of, since that one was split. */
  readonly origin?: TargetRequest | undefined;
}

/** What waits to be sent, oldest first. */
export interface Parcels {
  /** Nothing is here but other parts of the request that this one is a part of. */
  isAlone(parcel: Parcel): boolean;
  add(entry: Entry): void;
  /**
   * The oldest parcel that may go now; for a probe, the one that failed least, because one that fails by itself would keep
   * the gate shut for ever. Entries that wait are only packed when they are wanted, into as few as possible. None goes
   * while another one of its lane is under way or waits before it.
   */
  next(clock: number, isProbe: boolean): Parcel | undefined;
  /** An attempt is over, whatever came of it: the next one of its lane may go. */
  landed(parcel: Parcel): void;
  /** Puts back what has to be sent again, in front. */
  again(parcel: Parcel): void;
  /** Puts each half of a request that was refused as a whole in front, to find the entry that is at fault. */
  split(parcel: Parcel): void;
  /** Puts back what is left of a parcel without some of its entries. */
  without(parcel: Parcel, entries: ReadonlySet<Entry>): void;
  /** Lets everything go at once: the target is well again, and what failed before says nothing about it. */
  hurry(): void;
  /** When something may go, as far as it is up to the parcels; undefined when there is none. */
  soonest(): number | undefined;
}

/** Parcels for one target. */
export function parcels(target: Target): Parcels {
  let loose: Entry[] = [];
  let queue: Parcel[] = [];
  const lanes = new Set<string>();
  const pack = (entries: readonly Entry[], failures = 0, origin?: TargetRequest): Parcel[] =>
    target.encode(entries).map((request) => ({ request, failures, notBefore: Number.NEGATIVE_INFINITY, origin }));

  /** The first of each lane that is free, and all without one; one after the other, because the first is mostly all it takes. */
  function* heads(): Generator<Parcel> {
    const taken = new Set(lanes);
    for (const parcel of queue) {
      const { lane } = parcel.request;
      if (lane === undefined || !taken.has(lane)) yield parcel;
      if (lane !== undefined) taken.add(lane);
    }
  }
  const readyHeads = function* (clock: number): Generator<Parcel> {
    for (const parcel of heads()) if (parcel.notBefore <= clock) yield parcel;
  };

  return {
    isAlone({ origin }) {
      return loose.length === 0 && queue.every((other) => origin !== undefined && other.origin === origin);
    },
    add(entry) {
      loose.push(entry);
    },
    next(clock, isProbe) {
      const first = (): Parcel | undefined => readyHeads(clock).next().value ?? undefined;
      if (loose.length > 0 && (isProbe || first() === undefined)) {
        queue = [...queue, ...pack(loose)];
        loose = [];
      }
      const parcel = isProbe ? leastFailed([...readyHeads(clock)]) : first();
      if (parcel === undefined) return undefined;
      queue.splice(queue.indexOf(parcel), 1);
      if (parcel.request.lane !== undefined) lanes.add(parcel.request.lane);
      return parcel;
    },
    landed({ request: { lane } }) {
      if (lane !== undefined) lanes.delete(lane);
    },
    again(parcel) {
      queue.unshift(parcel);
    },
    split({ request, failures, origin = request }) {
      const { entries } = request;
      const half = Math.ceil(entries.length / 2);
      // A suspicion stays with the half that bears it out.
      const inherited = Math.max(0, failures - 1);
      const halves = [entries.slice(0, half), entries.slice(half)];
      queue.unshift(...halves.flatMap((part) => pack(part, inherited, origin)));
    },
    without({ request, failures }, entries) {
      const left = request.entries.filter((entry) => !entries.has(entry));
      if (left.length > 0) queue.unshift(...pack(left, failures));
    },
    hurry() {
      for (const parcel of queue) parcel.notBefore = Number.NEGATIVE_INFINITY;
    },
    soonest() {
      if (loose.length > 0) return Number.NEGATIVE_INFINITY;
      let soonest: number | undefined;
      for (const { notBefore } of heads()) {
        if (notBefore === Number.NEGATIVE_INFINITY) return notBefore;
        soonest = Math.min(soonest ?? notBefore, notBefore);
      }
      return soonest;
    },
  };
}

function leastFailed(parcels: readonly Parcel[]): Parcel | undefined {
  return parcels.reduce<Parcel | undefined>(
    (least, parcel) => (least === undefined || parcel.failures < least.failures ? parcel : least),
    undefined,
  );
}
