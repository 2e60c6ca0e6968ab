import { workerData } from "node:worker_threads";
import { CollectorError } from "../../collector-error.js";
import type { Value } from "./connection.js";
import {
  type Answer,
  beat,
  type LineData,
  nothing,
  type Reply,
  type Request,
  type Statement,
} from "./line-messages.js";
import { connectionLost, refused, unavailable } from "./server-errors.js";
import type { Started } from "./start-thread.js";

/** What a driver does with one connection. Its errors are a `CollectorError` where the store is at fault. */
export interface Wire {
  /** Connects; called when there is no connection, outside of transactions. */
  connect(): Promise<void>;
  /** Whether connecting failed for the address, user, password or database that it was given, and will fail with them again. */
  refuses(error: unknown): boolean;
  readonly connected: boolean;
  /** Lets go of the connection at once; what was asked over it may be answered never. */
  drop(): void;
  rows(statement: Statement): Promise<Answer>;
  change(statement: Statement): Promise<Answer>;
  insert(statement: Statement): Promise<Answer>;
  /** Rows in blocks, as they come; inside of a transaction. */
  stream(statement: Statement): AsyncIterator<readonly (readonly Value[])[]>;
  script(sql: string): Promise<void>;
  begin(mode: "durable" | "soon" | "read"): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** The server's own name of an error. */
  stateOf(error: unknown): string;
  close(): Promise<void>;
}

/** Milliseconds that a server may take to hear that its client goes. */
const closing = 5_000;

/** The body of a line's thread: answers one request after the other, and wakes the thread that sleeps until it has. */
export function serveLine<Place>(open: (place: Place, mode: "write" | "read") => Wire): void {
  const { port, data } = workerData as Started<LineData<Place>>;
  const { signal } = data;
  let connections = 0;
  const wire = open(data.place, data.mode);
  let inside = false;
  let rows: AsyncIterator<readonly (readonly Value[])[]> | null = null;

  const next = async (): Promise<Answer> => {
    const { done, value } = (await rows?.next()) ?? { done: true, value: [] };
    if (done) rows = null;
    return { columns: [], rows: done ? [] : value, count: done ? 0 : 1 };
  };

  const begin = async (mode: "durable" | "soon" | "read"): Promise<void> => {
    try {
      await wire.begin(mode);
    } catch (error) {
      // It may have begun, and waited too long for the lock.
      if (wire.connected) await wire.rollback();
      throw error;
    }
  };

  const run = async (request: Request): Promise<Answer> => {
    const { kind, before } = request;
    if (kind === "rollback") {
      inside = false;
      if (wire.connected) await wire.rollback();
      return nothing;
    }
    if (kind === "close") {
      await wire.close();
      return nothing;
    }
    if (!wire.connected) {
      if (inside) throw connectionLost();
      // Whatever it is that fails there, no record is to blame for it.
      await wire.connect().catch((error: unknown) => {
        throw wire.refuses(error) ? refused(error) : unavailable(error);
      });
      connections++;
    }
    for (const statement of before) await wire.change(statement);
    switch (kind) {
      case "rows":
      case "change":
      case "insert":
        return wire[kind](request);
      case "stream":
        rows = wire.stream(request);
        return next();
      case "more":
        return next();
      case "stop":
        await rows?.return?.();
        rows = null;
        return nothing;
      case "script":
        await wire.script(request.sql);
        return nothing;
      case "begin":
        await begin(request.mode);
        inside = true;
        return { ...nothing, count: connections };
      case "commit":
        inside = false;
        await wire.commit();
        return nothing;
    }
  };

  /** Where packets are lost without a word, no answer ever comes. What changes the schema may take hours. */
  const inTime = async (request: Request): Promise<Answer> => {
    if (request.kind === "script") return run(request);
    const ms = request.kind === "close" ? Math.min(closing, data.patience) : data.patience;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(() => {
        wire.drop();
        // A server that is not told finds out by itself.
        if (request.kind === "close") resolve(nothing);
        reject(new CollectorError("store_unavailable", `the database failed: it did not answer in ${ms} ms`));
      }, ms);
    });
    return Promise.race([run(request), late]).finally(() => clearTimeout(timer));
  };

  const replyTo = (request: Request): Promise<Reply> =>
    inTime(request).then(
      (answer): Reply => ({ ok: true, answer }),
      (error: unknown): Reply => ({
        ok: false,
        code: error instanceof CollectorError ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        state: wire.stateOf(error),
      }),
    );

  const wake = (): void => {
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };

  // Who sleeps hears of no event: neither of a thread that ended, nor of one that hangs.
  process.on("exit", wake);
  setInterval(() => Atomics.add(signal, 1, 1), beat).unref();
  port.on("message", (request: Request) => {
    void replyTo(request).then((reply) => {
      port.postMessage(reply);
      wake();
    });
  });
}
