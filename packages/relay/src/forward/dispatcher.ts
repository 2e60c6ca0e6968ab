import { faultOf } from "../fault.js";
import type { Entry, RefusedEntry, Verdict } from "../target/target.js";
import { isTooLate, tooLate } from "../target/too-late.js";
import { encodingAlways } from "../target/unwritable.js";
import { type Attempted, attempt } from "./attempt.js";
import { fullJitter } from "./backoff.js";
import { type Concurrency, concurrency } from "./concurrency.js";
import type { ForwarderParts } from "./forwarder-parts.js";
import { type Gate, gate } from "./gate.js";
import { type Parcel, type Parcels, parcels } from "./parcels.js";
import { pause } from "./pause.js";
import type { Settlement } from "./settlement.js";
import { type Trouble, trouble } from "./trouble.js";

/** Sends what waits, as much at once as the target bears, and sees to what comes back. */
export interface Dispatcher {
  readonly queue: Parcels;
  readonly gate: Gate;
  readonly flow: Concurrency;
  readonly trouble: Trouble;
  /** Entries that wait until the target takes their like. */
  readonly held: number;
  /** Sends whatever may go now. */
  pump(): void;
  /** Gives these up, as soon as that can be written down. */
  bury(refused: readonly RefusedEntry[]): void;
  /** Resolves once nothing is under way any more; after the signal, that is soon. */
  finished(): Promise<void>;
}

type SetBack = Extract<Verdict, { readonly kind: "retry" | "unknown" | "stopped" }>;

/** How long to wait when the dead letters cannot be written, in ms. */
const buryAgainMs = 1_000;

/** Failures of one request after which it is looked at more closely. */
const suspectAfter = 4;

/** A dispatcher that works until the signal aborts. */
export function dispatcher(parts: ForwarderParts, account: Settlement, signal: AbortSignal): Dispatcher {
  const { target, log, random, firstMs, maxMs, now } = parts;
  const clock = (): number => performance.now();
  const door = gate({ firstMs, maxMs, random, clock });
  const flow = concurrency(target.concurrency);
  const queue = parcels(encodingAlways(target, (fault) => track(buried([fault]))));
  const notes = trouble(parts);
  const held = new Set<Parcel>();
  const underway = new Set<Promise<void>>();
  const requests = new Set<AbortController>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const request of requests) request.abort();
  });

  const track = (work: Promise<void>): void => {
    const tracked = work
      .catch((error) => log.error({ err: faultOf(error), target: target.name }, "a fault of this relay; it goes on"))
      .finally(() => underway.delete(tracked));
    underway.add(tracked);
  };

  const buried = async (refused: readonly RefusedEntry[]): Promise<void> => {
    // Once at least, also at the end.
    do {
      try {
        return await account.bury(refused);
      } catch (error) {
        notes.failed(`the dead letters cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        await pause(buryAgainMs, signal);
      }
    } while (!signal.aborted);
  };

  /** Nobody knows whether the target has them. True when they are given up for that. */
  const doubt = (entries: readonly Entry[]): boolean => {
    if (target.dedupe === "id") return false;
    const isGivenUp = target.onUnknown === "drop";
    if (isGivenUp) account.dropped(entries, "maybe_lost");
    else account.doubted(entries);
    return isGivenUp;
  };

  const conclude = (parcel: Parcel, { verdict, ms }: Attempted): void => {
    const { entries } = parcel.request;
    queue.landed(parcel);
    held.delete(parcel);
    if (verdict.kind === "unknown" && doubt(entries)) {
      notes.failed(verdict.reason);
      flow.failed();
      door.failed(verdict.reason);
      return;
    }
    if (verdict.kind === "retry" || verdict.kind === "unknown" || verdict.kind === "stopped") {
      setBack(parcel, verdict);
      return;
    }
    if (verdict.kind === "partial" && verdict.again?.length === entries.length) {
      setBack(parcel, { kind: "retry", reason: "took none of the events" });
      return;
    }
    notes.worked();
    if (door.state.state !== "open") queue.hurry();
    door.succeeded();
    flow.succeeded(ms);
    if (verdict.kind === "ok") account.forwarded(entries);
    else if (verdict.kind === "held") hold(parcel, verdict.reason);
    else if (verdict.kind === "partial") share(parcel, verdict);
    else refuse(parcel, verdict);
  };

  const refuse = (parcel: Parcel, { code, message, partly }: Extract<Verdict, { readonly kind: "refused" }>): void => {
    const { entries } = parcel.request;
    if (entries.length === 1) track(buried(entries.map((entry) => ({ entry, code, message }))));
    else if (partly && target.onUnknown === "drop") account.dropped(entries, "maybe_lost");
    else {
      if (partly) account.doubted(entries);
      queue.split(parcel);
    }
  };

  const share = (parcel: Parcel, { refused, again = [] }: Extract<Verdict, { readonly kind: "partial" }>): void => {
    const { entries } = parcel.request;
    const apart = new Set([...refused.map(({ entry }) => entry), ...again]);
    account.forwarded(entries.filter((entry) => !apart.has(entry)));
    const comeAgain = new Set(again);
    if (comeAgain.size > 0) queue.without(parcel, new Set(entries.filter((entry) => !comeAgain.has(entry))));
    if (refused.length > 0) track(buried(refused));
  };

  const setBack = (parcel: Parcel, verdict: SetBack): void => {
    if (verdict.kind === "stopped") {
      notes.stopped(verdict.reason);
      door.stopped(verdict.reason);
    } else {
      notes.failed(verdict.reason);
      flow.failed();
      door.failed(verdict.reason, verdict.afterMs);
      parcel.failures++;
      parcel.notBefore = clock() + fullJitter(parcel.failures, { firstMs, maxMs, random });
      // Others got through since this one first failed, so it is not the target alone: one of its entries may be at fault.
      // Where there are no others to tell by, its parts have to.
      const isAlone = requests.size === 0 && queue.isAlone(parcel);
      const isSuspect = parcel.failures >= suspectAfter && (isAlone || door.failures < parcel.failures);
      if (isSuspect && parcel.request.entries.length > 1) {
        queue.split(parcel);
        return;
      }
    }
    queue.again(parcel);
  };

  const hold = (parcel: Parcel, reason: string): void => {
    notes.held(reason);
    const { entries } = parcel.request;
    const isLate = entries.every(({ item }) => now() - item.receivedAt > target.limits.lateness);
    // What cannot go may not take the room that others need to pass: it waits in the dead letters, to be replayed.
    if (isLate || account.isCrowded) {
      const code = isLate ? "batch_late" : "held";
      track(buried(entries.map((entry) => ({ entry, code, message: reason }))));
      return;
    }
    held.add(parcel);
    parcel.failures++;
    parcel.notBefore = clock() + maxMs / 2 + (random() * maxMs) / 2;
    queue.again(parcel);
  };

  /** Takes out what has become too old for the target; what is left of the parcel comes again by itself. */
  const giveUpLate = (parcel: Parcel): boolean => {
    const late = parcel.request.entries.filter((entry) => isTooLate(entry, target, now()));
    if (late.length === 0) return false;
    queue.landed(parcel);
    held.delete(parcel);
    queue.without(parcel, new Set(late));
    track(buried(late.map((entry) => ({ entry, ...tooLate }))));
    return true;
  };

  const launch = async (parcel: Parcel): Promise<void> => {
    const request = new AbortController();
    requests.add(request);
    const attempted = await attempt(parcel.request, parts, request.signal);
    requests.delete(request);
    // What an answer said before the end counts; a request that was cut off by it does not speak against the target.
    const { kind } = attempted.verdict;
    if (signal.aborted && kind !== "ok" && kind !== "partial" && kind !== "refused") {
      if (kind === "unknown") doubt(parcel.request.entries);
      return;
    }
    conclude(parcel, attempted);
    pump();
  };

  const pump = (): void => {
    clearTimeout(timer);
    if (signal.aborted) return;
    const at = clock();
    while (requests.size < flow.limit && door.passable) {
      const parcel = queue.next(at, door.state.state !== "open");
      if (parcel === undefined) break;
      if (giveUpLate(parcel)) continue;
      door.enter();
      track(launch(parcel));
    }
    const wake = wakeAt();
    if (wake !== undefined) timer = setTimeout(pump, Math.max(1, wake - clock()));
  };

  // With a request in flight its answer pumps again; so does whatever is read next.
  const wakeAt = (): number | undefined => {
    const soonest = queue.soonest();
    if (soonest === undefined || requests.size >= flow.limit) return undefined;
    const { state } = door;
    if (state.state === "probing") return undefined;
    return state.state === "waiting" ? Math.max(soonest, state.until) : soonest;
  };

  const finished = async (): Promise<void> => {
    while (underway.size > 0) await Promise.allSettled(underway);
  };

  return {
    ...{ queue, gate: door, flow, trouble: notes, pump, finished },
    get held() {
      return [...held].reduce((sum, { request: { entries } }) => sum + entries.length, 0);
    },
    bury: (refused) => track(buried(refused)),
  };
}
