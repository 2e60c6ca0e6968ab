import { type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import { CollectorError } from "../../collector-error.js";
import type { Connection, Value } from "./connection.js";
import {
  type Answer,
  beat,
  type LineData,
  ownBytes,
  type Reply,
  type Request,
  type Statement,
} from "./line-messages.js";
import { startThread } from "./start-thread.js";

/** A server on a network, as the thread sees it that blocks for its answers. */
export interface Remote<Place> {
  /** The module that a line's thread runs, in TypeScript where this is. */
  readonly line: URL;
  readonly place: Place;
  readonly mode: "write" | "read";
  /** A statement of ours in the server's words. */
  readonly translate: (sql: string) => string;
  /** What has the server let go of what was deleted from a table. */
  readonly purge: (table: string) => string | null;
  /** Milliseconds that a statement may take before the connection is given up. */
  readonly patience: number;
  /** Milliseconds without a sign of life after which the line's thread is given up. @default 60000 */
  readonly life?: number;
}

interface Line {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
  /** Connections that it has made. */
  connections: number;
}

/** Statements that may wait for the next one whose answer matters: one way to the other thread for all of them. */
const mostWaiting = 64;

/** An error of a statement, with the server's own number or state. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  constructor(
    message: string,
    readonly state: string,
  ) {
    super(message);
  }
}

/** The server's own number or state of a failed statement; empty where it has none. */
export function stateOf(error: unknown): string {
  const failed = error instanceof CollectorError ? error.cause : error;
  return failed instanceof StatementError ? failed.state : "";
}

/** What passes through is soon gone. */
const lineLimits = { maxYoungGenerationSizeMb: 8 };

/**
 * A connection to a server, for code that waits: a thread of its own talks to the server, and the calling one sleeps until
 * it has the answer. It connects when the first statement comes, and again after it was cut off, but never inside a
 * transaction.
 */
export function blocking<Place>(remote: Remote<Place>): Connection {
  const { translate, place, mode, patience, life = 60 * beat } = remote;
  let line: Line | null = null;
  let epoch = 0;
  let waiting: Statement[] = [];
  let inside = false;
  let closed = false;
  const translated = new Map<string, string>();

  const words = (sql: string): string => {
    let known = translated.get(sql);
    if (known === undefined) {
      if (translated.size > 1_000) translated.clear();
      known = translate(sql);
      translated.set(sql, known);
    }
    return known;
  };

  const start = (): Line => {
    if (inside) throw ended();
    const signal = new Int32Array(new SharedArrayBuffer(8));
    const data: LineData<Place> = { place, mode, signal, patience };
    const started: Line = { ...startThread(remote.line, data, lineLimits), signal, connections: 0 };
    const died = (): void => giveUp(started);
    started.worker.on("error", died);
    started.worker.on("exit", died);
    return started;
  };

  const giveUp = (dead: Line): void => {
    if (line === dead) line = null;
    dead.port.close();
    void dead.worker.terminate();
  };

  const ask = (request: WithoutBefore): Answer => {
    if (closed) throw new CollectorError("store_unavailable", "the store is closed");
    const before = waiting;
    waiting = [];
    const used = line ?? start();
    line = used;
    const seen = Atomics.load(used.signal, 0);
    used.port.postMessage({ ...request, before } satisfies Request);
    sleep(used.signal, seen, life);
    const reply = receiveMessageOnPort(used.port)?.message as Reply | undefined;
    if (reply?.ok) return reply.answer;
    if (!reply) {
      giveUp(used);
      throw ended();
    }
    if (reply.code === null) throw new StatementError(reply.message, reply.state);
    throw new CollectorError(reply.code, reply.message, { cause: new StatementError(reply.message, reply.state) });
  };

  const all = <Row>(sql: string, ...values: readonly Value[]): Row[] => {
    const { columns, rows } = ask({ kind: "rows", sql: words(sql), values: values.map(ownBytes) });
    return rows.map((row) => {
      const made: { [column: string]: Value } = {};
      for (let index = 0; index < columns.length; index++) made[columns[index] as string] = row[index] as Value;
      return made as Row;
    });
  };

  const transaction = <Result>(mode: "durable" | "soon" | "read", work: () => Result): Result => {
    const { count } = ask({ kind: "begin", mode });
    if (line && line.connections !== count) {
      line.connections = count;
      epoch++;
    }
    inside = true;
    try {
      const result = work();
      ask({ kind: "commit" });
      return result;
    } catch (error) {
      waiting = [];
      try {
        ask({ kind: "rollback" });
      } catch {
        // Whoever is cut off has rolled back.
      }
      throw error;
    } finally {
      inside = false;
    }
  };

  return {
    all,
    table: <Row extends readonly Value[]>(sql: string, ...values: readonly Value[]) =>
      ask({ kind: "rows", sql: words(sql), values: values.map(ownBytes) }).rows as unknown as Row[],
    each<Row extends readonly Value[]>(visit: (row: Row) => void, sql: string, ...values: readonly Value[]) {
      let block = ask({ kind: "stream", sql: words(sql), values: values.map(ownBytes) });
      try {
        for (;;) {
          for (const row of block.rows) visit(row as unknown as Row);
          if (block.count === 0) return;
          block = ask({ kind: "more" });
        }
      } finally {
        if (block.count > 0) ask({ kind: "stop" });
      }
    },
    get: <Row>(sql: string, ...values: readonly Value[]) => all<Row>(sql, ...values)[0],
    run(sql, ...values) {
      const statement = { sql: words(sql), values: values.map(ownBytes) };
      if (!inside) {
        ask({ kind: "change", ...statement });
        return;
      }
      waiting.push(statement);
      if (waiting.length < mostWaiting) return;
      const last = waiting.pop() as Statement;
      ask({ kind: "change", ...last });
    },
    change: (sql, ...values) => ask({ kind: "change", sql: words(sql), values: values.map(ownBytes) }).count,
    insert: (sql, ...values) => ask({ kind: "insert", sql: words(sql), values: values.map(ownBytes) }).count,
    script(sql) {
      ask({ kind: "script", sql });
    },
    write: (work, durability = "durable") => transaction(durability, work),
    read: (work) => transaction("read", work),
    purge(tables) {
      for (const table of tables) {
        const sql = remote.purge(table);
        if (sql !== null) ask({ kind: "script", sql });
      }
      return true;
    },
    epoch: () => epoch,
    close() {
      if (closed) return;
      try {
        if (line) ask({ kind: "close" });
      } finally {
        closed = true;
        if (line) giveUp(line);
      }
    },
  };
}

/** Sleeps until the line has replied or ended, or shows no life any more. */
function sleep(signal: Int32Array, seen: number, life: number): void {
  let beats = -1;
  // A reply that came before it slept may wake it at the next one, whose answer is not there yet.
  while (Atomics.load(signal, 0) === seen) {
    if (Atomics.wait(signal, 0, seen, life) !== "timed-out") continue;
    const heard = Atomics.load(signal, 1);
    if (heard === beats) return;
    beats = heard;
  }
}

function ended(): CollectorError {
  return new CollectorError("store_unavailable", "the thread that talks to the database ended");
}

type WithoutBefore = Request extends infer One ? (One extends Request ? Omit<One, "before"> : never) : never;
