import { bury } from "../dead-letters/bury.js";
import type { DeadLetters } from "../dead-letters/dead-letters.js";
import { attempt } from "../forward/attempt.js";
import { type Parcel, type Parcels, parcels } from "../forward/parcels.js";
import { passed } from "../ledger/names.js";
import type { Log } from "../log.js";
import type { Observer } from "../observer.js";
import type { Entry, Refusal, RefusedEntry, Target, Verdict } from "../target/target.js";
import { isTooLate, tooLate } from "../target/too-late.js";
import { encodingAlways } from "../target/unwritable.js";
import type { Transport } from "../transport/transport.js";
import type { Fates } from "./fates.js";
import type { Mood, SetBack } from "./mood.js";

/** What a delivery works with. */
export interface DeliveryParts {
  readonly target: Target;
  readonly transport: Transport;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => number;
}

/**
 * Sends entries to a target until every one of them has its fate, or until it is no use to go on now: then it resolves to
 * the reason. Each request is tried once, as whoever sent the entries waits and comes again.
 */
export async function deliver(
  entries: readonly Entry[],
  parts: DeliveryParts,
  account: Fates,
  mood: Mood,
): Promise<SetBack | undefined> {
  const { target, deadLetters, log, now } = parts;
  const never = new AbortController().signal;

  const layDown = async (refused: readonly RefusedEntry[]): Promise<SetBack | undefined> => {
    if (refused.length === 0) return undefined;
    try {
      await bury(refused, { target: target.name, at: now(), deadLetters, log });
    } catch (error) {
      return mood.failed(
        `the dead letters cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    for (const { entry, code, message } of refused) {
      account.settle([entry], { outcome: passed.dead, refusal: { code, message } });
    }
    return undefined;
  };

  const unanswered = (
    entries: readonly Entry[],
    { reason, afterMs }: Extract<Verdict, { readonly kind: "unknown" }>,
  ): SetBack | undefined => {
    const setBack = mood.failed(reason, afterMs);
    if (target.dedupe === "id") return setBack;
    if (target.onUnknown === "resend") {
      account.doubt(entries);
      return setBack;
    }
    account.settle(entries, { outcome: passed.dropped("maybe_lost") });
    return undefined;
  };

  const share = (
    parcel: Parcel,
    queue: Parcels,
    { refused, again = [] }: Extract<Verdict, { readonly kind: "partial" }>,
  ): Promise<SetBack | undefined> => {
    const { entries } = parcel.request;
    const comeAgain = new Set(again);
    const apart = new Set([...refused.map(({ entry }) => entry), ...again]);
    account.settle(
      entries.filter((entry) => !apart.has(entry)),
      { outcome: passed.forwarded },
    );
    if (comeAgain.size > 0) queue.without(parcel, new Set(entries.filter((entry) => !comeAgain.has(entry))));
    return layDown(refused);
  };

  const refuse = async (
    parcel: Parcel,
    queue: Parcels,
    { code, message, partly }: Extract<Verdict, { readonly kind: "refused" }>,
  ): Promise<SetBack | undefined> => {
    const { entries } = parcel.request;
    if (entries.length === 1) return layDown(entries.map((entry) => ({ entry, code, message })));
    if (partly && target.onUnknown === "drop") account.settle(entries, { outcome: passed.dropped("maybe_lost") });
    else {
      if (partly) account.doubt(entries);
      queue.split(parcel);
    }
    return undefined;
  };

  const send = async (parcel: Parcel, queue: Parcels): Promise<SetBack | undefined> => {
    const { entries } = parcel.request;
    const { verdict } = await attempt(parcel.request, parts, never);
    queue.landed(parcel);
    if (verdict.kind === "retry") return mood.failed(verdict.reason, verdict.afterMs);
    if (verdict.kind === "unknown") return unanswered(entries, verdict);
    if (verdict.kind === "stopped") return mood.stopped(verdict.reason);
    if (verdict.kind === "held") return mood.held(verdict.reason);
    if (verdict.kind === "partial" && verdict.again?.length === entries.length) {
      return mood.failed("took none of the events");
    }
    mood.worked();
    if (verdict.kind === "partial") return share(parcel, queue, verdict);
    if (verdict.kind === "refused") return refuse(parcel, queue, verdict);
    account.settle(entries, { outcome: passed.forwarded });
    return undefined;
  };

  const hopeless = entries.flatMap((entry) => {
    const refusal = refusalOf(entry, target, now());
    return refusal === undefined ? [] : [{ entry, ...refusal }];
  });
  let setBack = await layDown(hopeless);
  const buried = new Set(hopeless.map(({ entry }) => entry));
  const faults: RefusedEntry[] = [];
  const queue = parcels(encodingAlways(target, (fault) => void faults.push(fault)));
  for (const entry of entries) if (!buried.has(entry)) queue.add(entry);
  const work = async (): Promise<void> => {
    while (setBack === undefined) {
      const parcel = queue.next(0, false);
      const unburied = await layDown(faults.splice(0));
      setBack ??= unburied;
      if (parcel === undefined) return;
      const failed = await send(parcel, queue);
      setBack ??= failed;
    }
  };
  await Promise.all(Array.from({ length: target.concurrency }, work));
  return setBack;
}

/** Why an entry is not worth a request. */
const refusalOf = (entry: Entry, target: Target, now: number): Refusal | undefined =>
  entry.refusal ?? (isTooLate(entry, target, now) ? tooLate : undefined);
