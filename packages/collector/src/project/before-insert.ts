import { protocolVersion, type SealedBatch } from "@isotherm/protocol";
import { readEnvelope } from "@isotherm/protocol/validate";
import type { FastifyBaseLogger } from "fastify";
import type { Meters } from "../metrics/meters.js";
import { decodeArrival, encodeArrival, encodeGone, readHead } from "./record.js";

/**
 * Sees each batch on its way from the journal into the store, before it is enriched. What it returns is stored in the
 * batch's place; null refuses it.
 */
export type BeforeInsert = (
  batch: SealedBatch,
  about: { readonly site: string; readonly receivedAt: number },
) => SealedBatch | null | Promise<SealedBatch | null>;

/** What became of a batch in the hook. */
export type BeforeInsertOutcome = "passed" | "refused" | "failed";

/** Runs the hook over records of the journal, in their order. */
export type Prepare = (records: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;

/** A hook that has not said anything by then has failed: it holds up everything that comes after it. */
const patience = 10_000;

/**
 * A hook that throws, takes too long, or returns what is no batch costs nothing but itself: the batch is stored as it came,
 * and that is counted. Discards that clients report do not pass it.
 */
export function beforeInsert(
  hook: BeforeInsert,
  { meters, logger }: { readonly meters: Pick<Meters, "beforeInsert">; readonly logger: FastifyBaseLogger },
): Prepare {
  let said = "";
  const failed = (error: unknown, data: Uint8Array): Uint8Array => {
    meters.beforeInsert("failed");
    const message = error instanceof Error ? error.message : String(error);
    if (message !== said) logger.error({ err: error }, "onBeforeInsert failed; the batch is stored as it came");
    said = message;
    return data;
  };

  const prepare = async (data: Uint8Array): Promise<Uint8Array> => {
    const read = batchOf(data);
    if (!read) return data;
    const { site, receivedAt, batch } = read;
    const { id, tab, seq, events } = batch;
    const count = events.length;
    try {
      const result = await inTime(hook(batch, { site, receivedAt }));
      if (result === null) {
        meters.beforeInsert("refused");
        return encodeGone({ site, gone: [{ tab, seq, n: count, reason: "refused" }], receivedAt }).data;
      }
      // What counts a batch once, and tells what was lost, is not the hook's.
      const changed = checked({ ...result, id, tab, seq });
      meters.beforeInsert("passed");
      return encodeArrival({ site, batch: changed, receivedAt }).data;
    } catch (error) {
      return failed(error, data);
    }
  };

  return async (records) => {
    const prepared: Uint8Array[] = [];
    for (const data of records) prepared.push(await prepare(data));
    return prepared;
  };
}

function batchOf(data: Uint8Array) {
  try {
    if (readHead(data).kind !== "batch") return undefined;
    const arrival = decodeArrival(data);
    return arrival.kind === "batch" ? arrival : undefined;
  } catch {
    // Whoever stores it counts it as unreadable.
    return undefined;
  }
}

async function inTime(result: ReturnType<BeforeInsert>): Promise<SealedBatch | null> {
  if (!(result instanceof Promise)) return result;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`onBeforeInsert took more than ${patience} ms`)), patience);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** The batch as whoever sends one would have to have it. */
function checked(batch: SealedBatch): SealedBatch {
  const envelope = JSON.stringify({ v: protocolVersion, key: "hook", batches: [batch] });
  const read = readEnvelope(envelope, { sealed: true });
  if (!read.ok) throw new Error(`onBeforeInsert returned what is no batch: ${read.message}`);
  const [check] = read.batches;
  if (check?.ok) return check.batch;
  throw new Error(`onBeforeInsert returned what is no batch: ${check?.rejection.message ?? "nothing"}`);
}
