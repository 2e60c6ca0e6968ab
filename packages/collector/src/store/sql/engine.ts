import { CollectorError } from "../../collector-error.js";
import type { Queries } from "../queries.js";
import { readCore, type WriteCore, writeCore } from "./core.js";
import type { Database } from "./database.js";
import { readerPool } from "./reader-pool.js";
import { type Call, runCore } from "./run-core.js";
import { threadClient } from "./thread-client.js";

/** Where the cores run. */
export interface Engine {
  readonly write: Call<WriteCore>;
  /** Answers a question in JSON. */
  readonly read: (name: keyof Queries, query: object) => Promise<string>;
  close(): Promise<void>;
}

/** What threads are told. */
export interface Threads<Place> {
  /** The module that each runs. */
  readonly body: URL;
  readonly place: Place;
  readonly readers: number;
  /** Milliseconds that a query may take. */
  readonly deadline: number;
  readonly places: readonly string[];
  /** Values of a dimension that a site's day tells apart. */
  readonly mostValues: number;
}

/** One thread that writes and some that read, so that the event loop never waits for the disk or the network. */
export function threadedEngine<Place>(threads: Threads<Place>): Engine {
  const { body, place, readers, deadline, places, mostValues } = threads;
  const writing = threadClient(body, { role: "write", place, places, mostValues });
  const reading = readerPool(() => threadClient(body, { role: "read", place, mostValues }), readers, deadline);
  let closed = false;
  const write = async (name: string, ...args: readonly unknown[]): Promise<unknown> => {
    if (closed) throw closedError();
    const text = await writing.call(name, args);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    write: write as Call<WriteCore>,
    read: reading.ask,
    async close() {
      if (closed) return;
      closed = true;
      await reading.close();
      // The writer goes last and in good order: it folds its log into the file.
      try {
        await writing.call("close", []);
      } finally {
        await writing.stop(closedError());
      }
    },
  };
}

/** Everything on the calling thread: for scripts and tests. */
export function localEngine(database: Database, places: readonly string[], mostValues: number): Engine {
  let writing: WriteCore | null = null;
  let reading: ReturnType<typeof readCore> | null = null;
  let closed = false;
  const write = async (name: string, ...args: readonly unknown[]): Promise<unknown> => {
    if (closed) throw closedError();
    writing ??= writeCore(database, undefined, places, mostValues);
    return await runCore(writing, name, args, database.errorOf);
  };
  return {
    write: write as Call<WriteCore>,
    async read(name, query) {
      if (closed) throw closedError();
      reading ??= readCore(database, undefined, mostValues);
      return (await runCore(reading, "text", [name, query], database.errorOf)) as string;
    },
    async close() {
      if (closed) return;
      closed = true;
      reading?.close();
      writing?.close();
    },
  };
}

function closedError(): CollectorError {
  return new CollectorError("store_unavailable", "the store is closed");
}
