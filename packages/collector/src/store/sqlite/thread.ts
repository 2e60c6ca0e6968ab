import { parentPort, workerData } from "node:worker_threads";
import { readCore, writeCore } from "./core.js";
import { runCore } from "./run-core.js";
import { type ThreadAnswer, type ThreadCall, type ThreadData, toPlain } from "./thread-messages.js";
import { yieldToOthers } from "./thread-priority.js";

// The body of a thread: everything it does is in the core, which tests run without one.
const { role, file, places } = workerData as ThreadData;
if (role === "write") yieldToOthers();
const core = role === "write" ? writeCore(file, undefined, places) : readCore(file);
const port = parentPort;

/** What a reader answers is JSON already. */
const textOf = (value: unknown): string => (role === "read" ? (value as string) : JSON.stringify(value));

port?.on("message", ({ id, name, args, bytes }: ThreadCall) => {
  runCore(core, name, [...(JSON.parse(args) as unknown[]), ...(bytes ? [bytes] : [])])
    .then(
      (value): ThreadAnswer => ({ id, ok: true, value: value === undefined ? undefined : textOf(value) }),
      (error: unknown): ThreadAnswer => ({ id, ok: false, error: toPlain(error) }),
    )
    .then((answer) => port.postMessage(answer));
});
