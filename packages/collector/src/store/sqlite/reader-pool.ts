import { CollectorError } from "../../collector-error.js";
import type { ReadCore } from "./core.js";
import type { Call } from "./run-core.js";
import { type ThreadClient, threadClient } from "./thread-client.js";

/** Threads that answer queries, one each at a time. */
export interface ReaderPool {
  readonly call: Call<ReadCore>;
  close(): Promise<void>;
}

interface Job {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  /** The thread that works on it. */
  client: ThreadClient | null;
}

/**
 * SQLite cannot be interrupted from outside, so a query past its deadline loses its thread: the caller is told at once,
 * the thread ends when the statement does, and the next query gets a new one.
 */
export function readerPool(file: string, size: number, deadline: number): ReaderPool {
  const idle: ThreadClient[] = Array.from({ length: size }, () => threadClient({ role: "read", file }));
  const clients = new Set(idle);
  const waiting: Job[] = [];
  let closed = false;

  const expire = (job: Job): void => {
    const error = new CollectorError("query_timeout", `the query took longer than ${deadline} ms: ask for less`);
    job.reject(error);
    const at = waiting.indexOf(job);
    if (at >= 0) waiting.splice(at, 1);
    const { client } = job;
    if (!client) return;
    clients.delete(client);
    void client.stop(error);
    const fresh = threadClient({ role: "read", file });
    clients.add(fresh);
    idle.push(fresh);
    next();
  };

  const next = (): void => {
    while (idle.length > 0) {
      const job = waiting.shift();
      if (!job) return;
      const client = idle.pop();
      if (client) run(job, client);
    }
  };

  const run = (job: Job, client: ThreadClient): void => {
    job.client = client;
    client
      .call(job.name, job.args)
      .then(job.resolve, job.reject)
      .finally(() => {
        clearTimeout(job.timer);
        // One that ran out of time was replaced already.
        if (clients.has(client)) idle.push(client);
        next();
      });
  };

  const call = (name: string, ...args: readonly unknown[]): Promise<unknown> => {
    if (closed) return Promise.reject(new CollectorError("store_unavailable", "the store is closed"));
    return new Promise((resolve, reject) => {
      const timer: NodeJS.Timeout = setTimeout(() => expire(job), deadline);
      const job: Job = { name, args, resolve, reject, timer, client: null };
      waiting.push(job);
      next();
    });
  };

  return {
    call: call as Call<ReadCore>,
    async close() {
      closed = true;
      const error = new CollectorError("store_unavailable", "the store is closed");
      for (const job of waiting.splice(0)) {
        clearTimeout(job.timer);
        job.reject(error);
      }
      await Promise.all([...clients].map((client) => client.stop(error)));
    },
  };
}
