import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";

/** What a thread is given: a port of its own, as the one that every worker has cannot be read by who blocks, and its data. */
export interface Started<Data> {
  readonly port: MessagePort;
  readonly data: Data;
}

/**
 * Starts a thread from a module beside the caller's, given as it is called when built. An idle thread keeps no process
 * alive.
 */
export function startThread<Data>(
  body: URL,
  data: Data,
  resourceLimits: ResourceLimits = {},
): { readonly worker: Worker; readonly port: MessagePort } {
  const { port1: port, port2: theirs } = new MessageChannel();
  const workerData: Started<Data> = { port: theirs, data };
  const options = { workerData, resourceLimits, transferList: [theirs] };
  const worker = import.meta.url.endsWith(".ts") ? fromSource(body, options) : new Worker(body, options);
  worker.unref();
  port.unref();
  return { worker, port };
}

/** Run from source, as tests do, a thread has to learn TypeScript before it can load its body. */
function fromSource(body: URL, options: object): Worker {
  const loader = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
  ).href;
  const source = body.href.replace(/\.js$/, ".ts");
  const script = `import("${loader}").then(({ register }) => { register(); return import("${source}"); })`;
  return new Worker(script, { ...options, eval: true, execArgv: ["-C", "@isotherm/source"] });
}
