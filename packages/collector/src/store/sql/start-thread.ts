import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
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

/** Run from source, as tests do, a thread gets all its TypeScript as one script: to learn the language takes it longer. */
function fromSource(body: URL, options: object): Worker {
  const source = body.href.replace(/\.js$/, ".ts");
  const script = scripts.get(source) ?? bundle(source);
  scripts.set(source, script);
  return new Worker(script, { ...options, eval: true });
}

const scripts = new Map<string, string>();

function bundle(source: string): string {
  const { buildSync }: typeof import("esbuild") = createRequire(import.meta.url)("esbuild");
  const { outputFiles } = buildSync({
    ...{ entryPoints: [fileURLToPath(source)], bundle: true, write: false, platform: "node", format: "cjs" },
    ...{ conditions: ["@isotherm/source"], external: ["mysql2", "pg"], supported: { "dynamic-import": false } },
    // What a script of its own does not have, and what its modules reach for beside them is in the folder of its body.
    define: { "import.meta.url": JSON.stringify(source) },
    banner: { js: `const require = process.getBuiltinModule("module").createRequire(${JSON.stringify(source)});` },
  });
  return outputFiles[0]?.text ?? "";
}
