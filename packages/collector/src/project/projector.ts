import type { BatchJournal, Position, StoredRecord } from "@isotherm/journal";
import type { FastifyBaseLogger } from "fastify";
import type { ProjectorHealth } from "../health/health.js";
import type { Chunk, ProjectReport, Store } from "../store/store.js";
import { type Aside, openAside } from "./aside.js";
import { backoff } from "./backoff.js";
import type { Prepare } from "./before-insert.js";
import { breather } from "./breather.js";
import { identify, projectorReader } from "./identity.js";
import { isolation, isRecords } from "./isolation.js";
import { readHead } from "./record.js";

/** A projector that is about to start. */
export interface ProjectorOptions {
  readonly journal: BatchJournal;
  readonly store: Pick<Store, "cursor" | "project">;
  /** Folder for records that the store does not take. */
  readonly folder: string;
  /** Names the collector among those that share the store; of its journals, each has a cursor of its own. */
  readonly name: string;
  /** Clock in ms since 1970. */
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
  /** Changes records before the store has them. @default as they are */
  readonly prepare?: Prepare;
  /** Most records in one chunk. @default 500 */
  readonly records?: number;
  /** About the most bytes in one chunk. @default 4194304 */
  readonly bytes?: number;
  /**
   * Milliseconds from one chunk to the next while they are not full: a steady trickle costs few transactions then. The first
   * record after a pause never waits. @default 100
   */
  readonly gather?: number;
  /** Milliseconds before the first retry and between retries at most. @default 100 and 5000 */
  readonly retry?: { readonly first: number; readonly most: number };
}

/** Carries batches from the journal into the models, for as long as it runs. */
export interface Projector {
  health(): Promise<ProjectorHealth>;
  /** Resolves once everything that the journal held at the call is in the models, or the projector has stopped. */
  settled(): Promise<void>;
  /**
   * Offers what lies aside to the store once more, which may take it now, or no longer want it. Resolves once it was, or the
   * projector could not.
   */
  offerAside(): Promise<void>;
  /** Frees what the journal no longer has to hold, also while nothing comes that would have it look. */
  tidy(): Promise<void>;
  /** Stops after the chunk in hand. */
  close(): Promise<void>;
}

/** Where projecting stands, and under which names store and journal know it. */
interface Place {
  readonly cursor: string;
  readonly reader: string;
  readonly at: Position;
}

/** Starts projecting. The store's cursor is the truth; the journal is told of it afterwards, so that it may trim. */
export function createProjector(options: ProjectorOptions): Projector {
  const { journal, store, folder, name, now, logger, prepare = async (records) => records } = options;
  const limit = { records: options.records ?? 500, bytes: options.bytes ?? 4_194_304 };
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = backoff(options.retry ?? { first: 100, most: 5_000 }, signal);
  /** Where the store's cursor stands; unknown until it was asked, and again after every failure. */
  let place: Place | null = null;
  /** The next full chunk, read while the store was busy with the one before. */
  let ahead: { readonly after: Position; readonly records: readonly StoredRecord[] } | null = null;
  let failing: string | null = null;
  let aside: Aside | null = null;
  /** Whether what lies aside was offered to the store, since the start and since somebody asked for it. */
  let offered = false;
  const culprit = isolation(limit.records);
  let progress = deferred();
  /** Ends the wait for more to come. */
  let woken = new AbortController();
  const pause = breather(options.gather ?? 100);

  /** Whoever waits for progress shall look again. */
  const moved = (): void => {
    progress.resolve();
    progress = deferred();
  };

  /** Resolves to whether it did something: false when it only waited for more to come. */
  const step = async (): Promise<boolean> => {
    if (!offered) place = null;
    place ??= await begin();
    const { cursor, reader, at } = place;
    const most = culprit.most();
    const read = ahead?.after === at ? ahead.records : await journal.read(at, { ...limit, records: most });
    const records = read.slice(0, most);
    ahead = null;
    const last = records.at(-1);
    if (!last) {
      moved();
      await journal.waitFor(at, AbortSignal.any([signal, woken.signal]));
      if (woken.signal.aborted) woken = new AbortController();
      return true;
    }
    if (records.length < most && !signal.aborted && (await pause.waited())) return false;
    const chunk = {
      journal: cursor,
      from: at,
      to: last.position,
      records: await prepare(records.map(({ data }) => data)),
    };
    const [{ failed, unreadable, erased = 0, expired = 0 }, more] = await Promise.all([
      projected(chunk),
      // Where there is much to do, the store need not wait for the journal between two chunks.
      records.length < limit.records ? [] : journal.read(last.position, limit),
    ]);
    ahead = more.length < limit.records ? null : { after: last.position, records: more };
    place = { ...place, at: last.position };
    const counts = Object.entries(failed ?? {}).map(([part, count]) => [`unknown.${part}`, count] as const);
    await journal.advance(reader, last.position, {
      ...Object.fromEntries(counts),
      ...(unreadable > 0 && { unreadable }),
      ...(erased > 0 && { "dropped.erased": erased }),
      ...(expired > 0 && { "dropped.expired": expired }),
    });
    await journal.trim(last.position);
    return true;
  };

  const projected = async (chunk: Chunk): Promise<ProjectReport> => {
    try {
      const report = await (culprit.alone() ? withoutCulprit(chunk) : store.project(chunk));
      culprit.worked();
      return report;
    } catch (error) {
      culprit.failed(chunk.records.length, error);
      throw error;
    }
  };

  /** Projects a chunk of one record that failed again and again. Where it is the only one to fail, the others go on without it. */
  const withoutCulprit = async (chunk: Chunk): Promise<ProjectReport> => {
    const empty = { ...chunk, records: [] };
    // Rejects where the store cannot be used at all, or its cursor has moved.
    await store.project({ ...empty, to: chunk.from });
    try {
      return await store.project(chunk);
    } catch (error) {
      if (!isRecords(error)) throw error;
      for (const record of chunk.records) await aside?.put(record, messageOf(error), now());
      logger.error({ err: error }, "a record that the store does not take was set aside");
      return await store.project(empty);
    }
  };

  /** Resolves once the journal's record at `last` is in the models. */
  const reached = async (last: Position): Promise<void> => {
    while ((place?.at ?? -1) < last && !signal.aborted) await progress.promise;
  };

  /** Whether the store takes a record that lay aside; rejects while it takes none. */
  const takes = async (record: Uint8Array, cursor: string, at: Position): Promise<boolean> => {
    try {
      const { unreadable } = await store.project({ journal: cursor, from: at, to: at, records: [record] });
      return unreadable === 0;
    } catch (error) {
      if (!isRecords(error)) throw error;
      return false;
    }
  };

  /** Asks the store for its cursor, and brings the journal's reader up to it where a crash fell in between. */
  const begin = async (): Promise<Place> => {
    const { id, reader } = await identify(journal);
    const cursor = `${name}:${id}`;
    const at = await store.cursor(cursor);
    aside ??= await openAside(folder);
    if (!offered) {
      // What mended the store, or the code, may have been the restart.
      await aside.retry((record) => takes(record, cursor, at), signal);
      offered = true;
    }
    const { last } = await journal.stats();
    if (at > last) {
      // The journal lost its end. Reading all of it again loses nothing: what the store has counts once.
      logger.warn(`the store has seen ${at} records of a journal that holds ${last}: reading it from its start`);
      await store.project({ journal: cursor, from: at, to: 0, records: [] });
      return await begin();
    }
    const { position } = await journal.reader(reader);
    if (position < at) await journal.advance(reader, at);
    return { cursor, reader, at };
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (!(await step())) continue;
        if (failing !== null) logger.info("the projector works again");
        failing = null;
        wait.reset();
      } catch (error) {
        place = null;
        const message = messageOf(error);
        if (failing !== message) logger.warn({ err: error }, "the projector waits and tries again");
        failing = message;
        moved();
        await wait.next();
        continue;
      }
      moved();
    }
    progress.resolve();
  };
  const done = run();

  return {
    async health() {
      const stats = await journal.stats();
      const { first, last, oldestAt } = stats;
      const position = place?.at ?? stats.readers[projectorReader(stats) ?? ""]?.position ?? 0;
      const waiting = Math.max(0, last - Math.max(position, first - 1));
      const [next] = waiting > 0 ? await journal.read(position, { records: 1, bytes: 1 }) : [];
      const since = next ? receivedAt(next) : oldestAt;
      const lag = waiting > 0 && since !== null ? Math.max(0, now() - since) : 0;
      return { running: !signal.aborted, waiting, lag, failing, aside: aside?.count() ?? 0 };
    },
    async settled() {
      const { last } = await journal.stats();
      await pause.without(() => reached(last));
    },
    async offerAside() {
      if ((aside?.count() ?? 0) === 0) return;
      offered = false;
      woken.abort();
      while (!offered && !signal.aborted && failing === null) await progress.promise;
    },
    async tidy() {
      if (place !== null) await journal.trim(place.at);
    },
    async close() {
      stopping.abort();
      pause.end();
      await done;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function receivedAt({ data }: StoredRecord): number | null {
  try {
    return readHead(data).receivedAt;
  } catch {
    return null;
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function deferred(): Deferred {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
