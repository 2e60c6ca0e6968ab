import { CollectorError } from "../../collector-error.js";
import { type ReadCore, readCore, type WriteCore, writeCore } from "./core.js";
import { readerPool } from "./reader-pool.js";
import { type Call, runCore } from "./run-core.js";
import { threadClient } from "./thread-client.js";

/** Where the cores run. */
export interface Engine {
  readonly write: Call<WriteCore>;
  readonly read: Call<ReadCore>;
  close(): Promise<void>;
}

/** One thread that writes and some that read, so that the event loop never waits for the disk. */
export function threadedEngine(file: string, readers: number, deadline: number): Engine {
  const writing = threadClient({ role: "write", file });
  const reading = readerPool(file, readers, deadline);
  let closed = false;
  const write = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    closed ? Promise.reject(closedError()) : writing.call(name, args);
  return {
    write: write as Call<WriteCore>,
    read: reading.call,
    async close() {
      if (closed) return;
      closed = true;
      await reading.close();
      // The writer goes last and in good order: it folds its log into the file.
      await writing.call("close", []);
      await writing.stop(closedError());
    },
  };
}

/** Everything on the calling thread: for scripts and tests. */
export function localEngine(file: string): Engine {
  let writing: WriteCore | null = null;
  let reading: ReadCore | null = null;
  let closed = false;
  const run =
    (core: () => object) =>
    async (name: string, ...args: readonly unknown[]): Promise<unknown> => {
      if (closed) throw closedError();
      return await runCore(core(), name, args);
    };
  return {
    write: run(() => {
      writing ??= writeCore(file);
      return writing;
    }) as Call<WriteCore>,
    read: run(() => {
      reading ??= readCore(file);
      return reading;
    }) as Call<ReadCore>,
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
