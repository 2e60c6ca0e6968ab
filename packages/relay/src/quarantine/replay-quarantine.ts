import { join } from "node:path";
import type { BatchJournal, JournalRecord, Tally } from "@isotherm/journal";
import { type Batch, jsonLine, parseUrl, type SiteBriefing } from "@isotherm/protocol";
import { readEnvelope } from "@isotherm/protocol/validate";
import { type Book, book } from "../briefing/book.js";
import { fileSnapshot } from "../briefing/file-snapshot.js";
import { recordsOf } from "../intake/records.js";
import { alone } from "../intake/set-aside.js";
import { encodeRecord } from "../journal-record/record.js";
import { addTo } from "../ledger/add-to.js";
import { names } from "../ledger/names.js";
import { halvesOf } from "../lines/line-files.js";
import { finishMove, moveLines } from "../lines/move-lines.js";
import { quarantinedIn, quarantineIn } from "./quarantine.js";
import type { QuarantinedRequest } from "./quarantined-request.js";

/** Which requests are wanted; all of them where nothing is said. */
export interface QuarantineFilter {
  readonly key?: string | undefined;
  readonly reason?: string | undefined;
}

/** What became of quarantined requests. */
export interface ReplayedQuarantine {
  /** Batches that are on their way, and those that had come by another way already. */
  readonly journaled: number;
  readonly duplicate: number;
  /** Requests that are refused still, by reason; they stay. */
  readonly refused: { readonly [reason: string]: number };
}

/** Requests and bytes that are moved in one go. */
const most = { requests: 1_024, bytes: 4_194_304 };

/** Whether a request is wanted. */
export const isChosen = (request: QuarantinedRequest, { key, reason }: QuarantineFilter): boolean =>
  (key === undefined || request.key === key) && (reason === undefined || request.reason === reason);

/**
 * Puts quarantined requests through the intake's validation once more, and what is good now into the journal: received,
 * and received anew, as the ledger counts it. A request is taken out once its batches are durable; a crash in between
 * neither loses nor doubles one. Keys are those of the relay's last briefing and of `sites`. No relay may be running:
 * whoever holds the journal's lock knows that.
 */
export async function replayQuarantine(options: {
  readonly journal: BatchJournal;
  /** The relay's folder. */
  readonly folder: string;
  readonly sites?: readonly SiteBriefing[];
  readonly filter?: QuarantineFilter;
}): Promise<ReplayedQuarantine> {
  const { journal, folder, sites = [], filter = {} } = options;
  const at = quarantineIn(folder);
  const move = {
    journal,
    files: halvesOf(at.folder, at.name),
    note: join(at.folder, "replay.json"),
    counter: names.quarantine("replayed"),
  };
  await finishMove(move);
  const briefing = await fileSnapshot(join(folder, "briefing.json")).load();
  const known = book({ sites, briefing, known: true });
  const sum = { journaled: 0, duplicate: 0 };
  for (;;) {
    const chunk = await nextChunk(folder, filter, known);
    const { good, changes, refused } = chunk;
    if (good.length === 0) return { ...sum, refused };
    const records = good.flatMap((it) => it.records);
    await moveLines(
      move,
      records,
      (_stored, duplicates) => {
        const tally = tallyOf(good, duplicates);
        addTo(sum, { journaled: tally.journaled, duplicate: tally.duplicate });
        return { ...tally.counters, [move.counter]: good.length };
      },
      changes,
    );
  }
}

/** A request of which something is good now. */
interface Good {
  readonly key: string;
  readonly batches: number;
  readonly unknown: number;
  readonly records: readonly JournalRecord[];
  readonly report: string | undefined;
}

async function nextChunk(
  folder: string,
  filter: QuarantineFilter,
  known: Book,
): Promise<{
  readonly good: readonly Good[];
  readonly changes: { readonly [hash: string]: string | null };
  readonly refused: { readonly [reason: string]: number };
}> {
  const good: Good[] = [];
  const changes: { [hash: string]: string | null } = {};
  const refused: { [reason: string]: number } = {};
  let bytes = 0;
  for await (const { hash, ...request } of quarantinedIn(folder)) {
    if (!isChosen(request, filter) || good.length >= most.requests || bytes >= most.bytes) continue;
    const checked = await check(request, known);
    if (typeof checked === "string") {
      addTo(refused, { [checked]: 1 });
      continue;
    }
    good.push(checked);
    changes[hash] = checked.left === undefined ? null : jsonLine(checked.left);
    bytes += request.body.length;
  }
  return { good, changes, refused };
}

/** What is good of a request now, and what is left of it; the reason where nothing is. */
async function check(
  request: QuarantinedRequest,
  known: Book,
): Promise<(Good & { readonly left: QuarantinedRequest | undefined }) | string> {
  const { body, edge } = request;
  const envelope = readEnvelope(body, { sealed: false });
  if (!envelope.ok) return "envelope_invalid";
  const { key, gone, unknown } = envelope;
  const site = known.site(key);
  if (site === undefined) return "key_unknown";
  const sealed = envelope.batches.flatMap((it) => (it.ok ? [sealedAs(it.batch, edge)] : []));
  const { batches, report, rejected } = await recordsOf({
    key,
    site,
    receivedAt: edge.at,
    address: undefined,
    sealed,
    raw: [],
    gone,
    tally: {},
  });
  const [first] = [...envelope.batches.flatMap((it) => (it.ok ? [] : [it.rejection])), ...rejected];
  if (batches.length === 0) return first?.code ?? "envelope_invalid";
  const tooLarge = new Set(rejected.map(({ id }) => id));
  const whole = JSON.parse(body) as { readonly batches: readonly unknown[] };
  const left = whole.batches.filter((_, index) => {
    const it = envelope.batches[index];
    return it?.ok !== true || tooLarge.has(it.batch.id);
  });
  return {
    key,
    batches: batches.length,
    unknown,
    records: [...batches, ...(report ? [report] : [])].map(({ id, record }) => encodeRecord(id, record)),
    report: report?.id,
    left:
      left.length === 0 || first === undefined
        ? undefined
        : { ...request, reason: first.code, message: first.message, batches: left.length, body: alone(whole, left) },
  };
}

/** The batch as it would have been sealed when it came, by what is still known of that. */
function sealedAs(batch: Batch, edge: QuarantinedRequest["edge"]) {
  const { url } = batch.page;
  const host = edge.host ?? parseUrl(url)?.hostname ?? "";
  return { ...batch, edge: host === "" ? edge : { ...edge, host } };
}

function tallyOf(
  good: readonly Good[],
  duplicates: readonly string[],
): { readonly counters: Tally; readonly journaled: number; readonly duplicate: number } {
  const counters: { [name: string]: number } = {};
  // Of records with one id the first is stored, so the last ones are the duplicates.
  const left = new Map<string, number>();
  for (const id of duplicates) left.set(id, (left.get(id) ?? 0) + 1);
  let journaled = 0;
  let duplicate = 0;
  for (const { key, batches, unknown, records, report } of [...good].reverse()) {
    addTo(counters, { [names.received(key)]: batches, [names.mended(key)]: batches });
    if (unknown > 0) addTo(counters, { [names.unknown(key)]: unknown });
    for (const { id } of [...records].reverse()) {
      const copies = left.get(id) ?? 0;
      if (copies > 0) left.set(id, copies - 1);
      if (id === report) {
        if (copies === 0) addTo(counters, { [names.gone]: 1 });
        continue;
      }
      addTo(counters, { [copies > 0 ? names.duplicate(key) : names.journaled(key)]: 1 });
      if (copies > 0) duplicate++;
      else journaled++;
    }
  }
  return { counters, journaled, duplicate };
}
