import type { Tally } from "@isotherm/journal";
import type { Rejection, RejectionCode } from "@isotherm/protocol";
import { type NamedRecord, recordsOf, type Storing } from "../intake/records.js";
import type { Storage, Stored } from "../intake/store.js";
import { addTo } from "../ledger/add-to.js";
import { names, passed } from "../ledger/names.js";
import { RelayError } from "../relay-error.js";
import type { Item } from "../target/target.js";
import type { Book } from "./book.js";
import type { Fate } from "./fates.js";
import type { SetBack } from "./mood.js";
import type { Delivered, Receiver } from "./receiver.js";
import { recent } from "./recent.js";

/** Batches that are recognised when they come again, in an envelope whose answer was lost. */
const remember = 16_384;

/**
 * Storage where the targets are: a batch is stored once every target that counts has taken it, or refused it for good. Only
 * then, and behind the answer, the others get it.
 */
export function upstreamStorage(options: {
  readonly receivers: readonly Receiver[];
  /** Names of the targets that a 2xx waits for. */
  readonly required: readonly string[];
  readonly book: Book;
}): Storage {
  const { receivers, required, book } = options;
  const concluded = recent<true>(remember);
  let failed: { readonly reason: string; readonly until: number } | undefined;

  const awaited = receivers.filter(({ name }) => required.includes(name));
  const others = receivers.filter(({ name }) => !required.includes(name));

  const reach = async (items: readonly Item[]): Promise<ReadonlyMap<string, Delivered>> => {
    const delivered = await Promise.all(awaited.map(async (it) => [it.name, await it.receive(items)] as const));
    const setBacks = delivered.flatMap(([, { setBack }]) => (setBack === undefined ? [] : [setBack]));
    failed = undefined;
    if (setBacks.length > 0) throw comeAgain(setBacks);
    return new Map(delivered);
  };

  const follow = async (other: Receiver, items: readonly Item[]): Promise<void> => {
    book.owes(other.name, items.length);
    const fates = await other.receive(items).then(
      (delivered) => delivered.fates,
      () => new Map<string, Fate>(),
    );
    book.owes(other.name, -items.length);
    book.passed(other.name, tallyOf(items, fates));
  };

  const comeAgain = (setBacks: readonly SetBack[]): RelayError => {
    const waitMs = Math.max(...setBacks.map((it) => it.waitMs));
    failed = { reason: setBacks.map(({ reason }) => reason).join("; "), until: performance.now() + waitMs };
    const retryAfter = Math.max(1, Math.ceil(waitMs / 1_000));
    return new RelayError("unavailable", "what is behind this relay does not take batches now; try again", {
      retryAfter,
    });
  };

  return {
    failure: () => (failed === undefined || performance.now() > failed.until ? null : failed.reason),
    async store(storing: Storing): Promise<Stored> {
      const { key, gone, tally } = storing;
      const { batches, report, rejected } = await recordsOf(storing);
      const fresh = new Map(batches.flatMap((it) => (concluded.get(it.id) ? [] : [[it.id, itemOf(it)] as const])));
      const news = report !== undefined && !concluded.get(report.id) ? [itemOf(report)] : [];
      const items = [...fresh.values(), ...news];
      const delivered = items.length === 0 ? new Map<string, Delivered>() : await reach(items);

      for (const { id } of items) concluded.set(id, true);
      for (const [name, { fates }] of delivered) book.passed(name, tallyOf(items, fates));
      const duplicate = batches.length - fresh.size;
      book.add({
        ...tally,
        [names.journaled(key)]: fresh.size,
        ...(duplicate > 0 && { [names.duplicate(key)]: duplicate }),
        ...(rejected.length > 0 && { [names.refused(key, "batch_too_large")]: rejected.length }),
        ...(news.length > 0 && { [names.gone]: 1 }),
        ...(gone.length > 0 && report === undefined && { [names.goneLost]: gone.length }),
      });
      if (items.length > 0 && others.length > 0) {
        const work = Promise.all(others.map((other) => follow(other, items)));
        storing.waitUntil?.(work);
      }
      const refused = [...fresh.keys()].flatMap(
        (id) =>
          rejectionOf(
            id,
            [...delivered.values()].map(({ fates }) => fates.get(id)),
          ) ?? [],
      );
      return { accepted: fresh.size - refused.length, duplicate, rejected: [...rejected, ...refused] };
    },
  };
}

const itemOf = ({ id, record }: NamedRecord): Item => ({ ...record, id, position: 0 });

function tallyOf(items: readonly Item[], fates: ReadonlyMap<string, Fate>): Tally {
  const tally: { [name: string]: number } = {};
  for (const { id, kind } of items) {
    const { outcome, doubted = false } = fates.get(id) ?? { outcome: passed.dropped("unavailable") };
    addTo(tally, { [kind === "gone" ? passed.gone : outcome]: 1, ...(doubted && { [passed.maybeDuplicate]: 1 }) });
  }
  return tally;
}

/** A batch that was refused for good, and that nobody has taken. */
function rejectionOf(id: string, fates: readonly (Fate | undefined)[]): Rejection | undefined {
  const isTaken = fates.some((fate) => fate?.outcome === passed.forwarded);
  const refusal = fates.find((fate) => fate?.refusal !== undefined)?.refusal;
  if (isTaken || refusal === undefined) return undefined;
  return { id, code: codeOf(refusal.code), message: `refused behind this relay (${refusal.code}): ${refusal.message}` };
}

function codeOf(code: string): RejectionCode {
  if (code === "body_too_large" || code === "status_413" || code === "batch_too_large") return "batch_too_large";
  return code === "key_unknown" ? code : "batch_invalid";
}
