import type { MessagePort, ResourceLimits, Worker } from "node:worker_threads";
import { CollectorError } from "../../collector-error.js";
import { startThread } from "./start-thread.js";
import { fromPlain, type ThreadAnswer, type ThreadCall, type ThreadData } from "./thread-messages.js";

/** A thread that is started at the first call, and again at the first call after it died. */
export interface ThreadClient {
  /**
   * Resolves to the answer in JSON; to nothing where there is none. The last argument may be bytes; they are the thread's
   * from then on, and gone here.
   */
  call(name: string, args: readonly unknown[]): Promise<string | undefined>;
  /** Ends the thread at once; calls in flight reject. */
  stop(reason: CollectorError): Promise<void>;
}

interface Pending {
  readonly resolve: (json: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly pending: Map<number, Pending>;
}

/** `body` is the module that the thread runs. */
export function threadClient<Place>(body: URL, data: ThreadData<Place>): ThreadClient {
  let running: Running | null = null;
  let calls = 0;

  const fail = ({ pending }: Running, error: Error): void => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };

  const start = (): Running => {
    const started: Running = { ...startThread(body, data, resourceLimitsOf(data)), pending: new Map() };
    const { worker, port, pending } = started;
    port.on("message", (answer: ThreadAnswer) => {
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if (pending.size === 0) worker.unref();
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(fromPlain(answer.error));
    });
    // An idle store keeps no process alive; a call in flight does.
    port.unref();
    const died = (cause: Error): void => {
      if (running === started) running = null;
      // One that could not open its file has not begun to work.
      const code = "code" in cause && cause.code === "store_unavailable" ? "store_unavailable" : "thread_ended";
      fail(started, new CollectorError(code, `a thread of the store ended: ${cause.message}`, { cause }));
    };
    worker.on("error", died);
    worker.on("exit", (code) => died(new Error(`exit code ${code}`)));
    return started;
  };

  return {
    call(name, args) {
      running ??= start();
      const { worker, port, pending } = running;
      const id = ++calls;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.ref();
        const last = args.at(-1);
        const bytes = last instanceof Uint8Array ? last : undefined;
        const text = JSON.stringify(bytes ? args.slice(0, -1) : args);
        port.postMessage(
          { id, name, args: text, bytes } satisfies ThreadCall,
          bytes ? [bytes.buffer as ArrayBuffer] : [],
        );
      });
    },
    async stop(reason) {
      const stopped = running;
      running = null;
      if (!stopped) return;
      fail(stopped, reason);
      await stopped.worker.terminate();
    },
  };
}

// For each thread Node would let 48 MB of garbage gather before it looks for any, and V8 four times of what is in use: the
// smaller the most that a thread may have, the sooner it looks. With 20 MB instead of 8 the writer takes a twentieth less of the
// processor, and a large store passes 256 MB.
const resourceLimitsOf = ({ role }: Pick<ThreadData<unknown>, "role">): ResourceLimits => ({
  ...(role === "write"
    ? { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 }
    : { maxYoungGenerationSizeMb: 16 }),
});
