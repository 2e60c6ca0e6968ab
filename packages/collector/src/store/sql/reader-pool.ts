import { CollectorError } from "../../collector-error.js";
import type { Queries } from "../queries.js";
import type { ThreadClient } from "./thread-client.js";

/** Threads that answer queries, one each at a time. */
export interface ReaderPool {
  /** Answers in JSON. */
  ask(name: keyof Queries, query: object): Promise<string>;
  close(): Promise<void>;
}

interface Job {
  readonly name: string;
  readonly query: object;
  readonly resolve: (json: string) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  /** The thread that works on it. */
  client: ThreadClient | null;
}

/**
 * SQLite cannot be interrupted from outside, so a query past its deadline loses its thread: the caller is told at once,
 * the thread ends when the statement does, and the next query gets a new one. A server ends the statement by itself.
 */
export function readerPool(start: () => ThreadClient, size: number, deadline: number): ReaderPool {
  const idle: ThreadClient[] = Array.from({ length: size }, start);
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
    const fresh = start();
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
      .call("text", [job.name, job.query])
      .then((json = "") => job.resolve(json), job.reject)
      .finally(() => {
        clearTimeout(job.timer);
        // One that ran out of time was replaced already.
        if (clients.has(client)) idle.push(client);
        next();
      });
  };

  const ask = (name: string, query: object): Promise<string> => {
    if (closed) return Promise.reject(new CollectorError("store_unavailable", "the store is closed"));
    return new Promise((resolve, reject) => {
      const timer: NodeJS.Timeout = setTimeout(() => expire(job), deadline);
      const job: Job = { name, query, resolve, reject, timer, client: null };
      waiting.push(job);
      next();
    });
  };

  return {
    ask,
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
