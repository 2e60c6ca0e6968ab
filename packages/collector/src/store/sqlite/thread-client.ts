import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { type ResourceLimits, Worker } from "node:worker_threads";
import { CollectorError } from "../../collector-error.js";
import { fromPlain, type ThreadAnswer, type ThreadCall, type ThreadData } from "./thread-messages.js";

/** A thread that is started at the first call, and again at the first call after it died. */
export interface ThreadClient {
  /** The last argument may be bytes; they are the thread's from then on, and gone here. */
  /** Resolves to the answer in JSON; to nothing where there is none. */
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
  readonly pending: Map<number, Pending>;
}

export function threadClient(data: ThreadData): ThreadClient {
  let running: Running | null = null;
  let calls = 0;

  const fail = ({ pending }: Running, error: Error): void => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };

  const start = (): Running => {
    const started: Running = { worker: spawn(data), pending: new Map() };
    const { worker, pending } = started;
    // An idle store keeps no process alive; a call in flight does.
    worker.unref();
    worker.on("message", (answer: ThreadAnswer) => {
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if (pending.size === 0) worker.unref();
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(fromPlain(answer.error));
    });
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
      const { worker, pending } = running;
      const id = ++calls;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.ref();
        const last = args.at(-1);
        const bytes = last instanceof Uint8Array ? last : undefined;
        const text = JSON.stringify(bytes ? args.slice(0, -1) : args);
        worker.postMessage(
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
// smaller the most that a thread may have, the sooner it looks.
const resourceLimitsOf = ({ role }: ThreadData): ResourceLimits => ({
  ...(role === "write"
    ? { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 }
    : { maxYoungGenerationSizeMb: 16 }),
});

function spawn(workerData: ThreadData): Worker {
  const resourceLimits = resourceLimitsOf(workerData);
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./thread.js", import.meta.url), { workerData, resourceLimits });
  // Run from source, as tests do, a thread has to learn TypeScript before it can load its body.
  const loader = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
  ).href;
  const body = new URL("./thread.ts", import.meta.url).href;
  const script = `import("${loader}").then(({ register }) => { register(); return import("${body}"); })`;
  return new Worker(script, { eval: true, workerData, resourceLimits, execArgv: ["-C", "@isotherm/source"] });
}
