import { behind, type Call, isWhole } from "./trace.js";

/** What the client of a traced server received: of each of its ports, the batches of every request that got a 2xx, in order. */
export type Received = ReadonlyMap<number, readonly (readonly string[])[]>;

/** What a trace says about the answers of an intake. */
export interface Proof {
  /** Requests with batches that got a 2xx, to clients that the test knows and to others. */
  readonly known: number;
  readonly others: number;
  /** Answers that left before all of their records were synced, or that cannot be connected with records. */
  readonly violations: readonly string[];
  /** Syncs that answers relied on: fewer than answers when several shared one. */
  readonly syncs: number;
}

/** The intake of a traced server. */
export interface Intake {
  readonly port: number;
  readonly path: string;
  /** Folder of its journal. */
  readonly journal: string;
  readonly received: Received;
}

interface Request {
  /** Undefined where no read began with one. */
  readonly line: string | undefined;
  readonly text: string;
}

/**
 * Holds every 2xx of an intake against the rule: each record was written whole to a segment, and an fdatasync of that
 * segment began after the write had ended and ended well before the answer's write began. Which records a request had is
 * read from what the server read on that connection, and for clients of the test compared with what they sent.
 */
export function proveAnswers(calls: readonly Call[], { port, path, journal, received }: Intake): Proof {
  const violations: string[] = [];
  const relied = new Set<Call>();
  const requests = new Map<string, Request>();
  const turns = new Map<number, number>();
  const disk = syncedRecords(calls, journal);
  let known = 0;
  let others = 0;

  // Newer libuv always has a ring for what it watches, and one with a polling thread for files:
  // https://github.com/libuv/libuv/blob/v1.51.0/src/unix/linux.c
  const forFiles = (call: Call): boolean => call.name === "io_uring_setup" && call.args.includes("IORING_SETUP_SQPOLL");
  if (calls.some((call) => forFiles(call) && (call.result ?? -1) >= 0))
    violations.push("the process writes through io_uring, which this trace cannot follow");

  for (const call of byProgress(calls)) {
    const [, local, peer] = /^TCP:\[.*:(\d+)->.*:(\d+)\]$/.exec(behind(call)) ?? [];
    if (Number(local) !== port || peer === undefined) continue;
    if (call.name === "read") {
      const bytes = bytesOf(call);
      const line = /^((?:GET|HEAD|POST|OPTIONS) \S+) HTTP/.exec(bytes)?.[1];
      const open = requests.get(peer);
      // An id that two reads share is whole again.
      requests.set(peer, line === undefined && open ? { ...open, text: open.text + bytes } : { line, text: bytes });
      continue;
    }
    const status = /"HTTP\/1\.1 (\d{3}) /.exec(call.args.slice(0, 400))?.[1];
    if (status === undefined || !status.startsWith("2")) continue;
    const request = requests.get(peer);
    requests.delete(peer);
    if (request?.line === undefined) {
      violations.push(`line ${call.begun + 1}: a ${status} to port ${peer}, which asked nothing`);
      continue;
    }
    if (request.line !== `POST ${path}`) continue;

    const ids = idsOf(request.text);
    const sent = received.get(Number(peer));
    if (sent === undefined) others++;
    else {
      known++;
      const turn = turns.get(Number(peer)) ?? 0;
      turns.set(Number(peer), turn + 1);
      if (sent[turn]?.join() !== ids.join())
        violations.push(`line ${call.begun + 1}: the client sent ${sent[turn]}, the server read ${ids}`);
    }
    const faults = ids.flatMap((id) => disk.fault(id, call.begun, relied));
    if (ids.length === 0) faults.push("no batch can be seen in its request");
    if (faults.length > 0) violations.push(`line ${call.begun + 1}: a ${status} to port ${peer}: ${faults.join("; ")}`);
  }
  return { known, others, violations, syncs: relied.size };
}

/** Reads count when they have ended, for only then their bytes are there; all else when it begins. */
function byProgress(calls: readonly Call[]): readonly Call[] {
  const at = ({ name, begun, ended }: Call): number => (name === "read" ? ended : begun);
  return calls.filter((call) => at(call) < Number.POSITIVE_INFINITY).toSorted((a, b) => at(a) - at(b));
}

const bytesOf = ({ args }: Call): string => /"(.*)"/s.exec(args)?.[1] ?? "";

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** Batches alone have UUIDs for ids in the test's requests. */
function idsOf(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\\\\"id\\\\":\\\\"(${uuid})\\\\"`, "g"))].map(([, id = ""]) => id);
}

interface Disk {
  /** What is wrong with an answer at a line of the trace that relies on this record; notes the sync that makes it right. */
  fault(id: string, before: number, relied: Set<Call>): readonly string[];
}

function syncedRecords(calls: readonly Call[], journal: string): Disk {
  const isSegment = (path: string): boolean => path.startsWith(`${journal}/`) && path.endsWith(".segment");
  const writes = calls.filter((call) => /^p?write/.test(call.name) && isSegment(behind(call)));
  const syncs = calls.filter(({ name }) => name === "fdatasync" || name === "fsync");
  const syncsOf = new Map<string, Call[]>();
  for (const sync of syncs) syncsOf.set(behind(sync), [...(syncsOf.get(behind(sync)) ?? []), sync]);
  const cut = writes.find(({ args }) => /[^\\]"\.\.\./.test(args));
  if (cut) throw new Error(`line ${cut.begun + 1}: strace shows a write in part only; raise its -s`);

  const firstWrite = new Map<string, Call>();
  for (const write of writes) {
    if (!isWhole(write)) continue;
    for (const [id] of write.args.matchAll(new RegExp(uuid, "g"))) if (!firstWrite.has(id)) firstWrite.set(id, write);
  }
  return {
    fault(id, before, relied) {
      const write = firstWrite.get(id);
      if (write === undefined || write.ended >= before) return [`${id} was in no segment yet`];
      const sync = syncsOf.get(behind(write))?.find(({ begun }) => begun > write.ended);
      if (sync === undefined || sync.result !== 0 || sync.ended >= before) return [`${id} was not synced yet`];
      relied.add(sync);
      return [];
    },
  };
}
