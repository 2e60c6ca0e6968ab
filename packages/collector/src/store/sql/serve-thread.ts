import { workerData } from "node:worker_threads";
import { readCore, writeCore } from "./core.js";
import type { Database } from "./database.js";
import { runCore } from "./run-core.js";
import type { Started } from "./start-thread.js";
import { type ThreadAnswer, type ThreadCall, type ThreadData, toPlain } from "./thread-messages.js";
import { yieldToOthers } from "./thread-priority.js";

/** The body of a thread: everything it does is in the core, which tests run without one. */
export function serveThread<Place>(databaseAt: (place: Place) => Database): void {
  const { port, data } = workerData as Started<ThreadData<Place>>;
  const { role, place, places, mostValues } = data;
  if (role === "write") yieldToOthers();
  const database = databaseAt(place);
  const core =
    role === "write" ? writeCore(database, undefined, places, mostValues) : readCore(database, undefined, mostValues);

  /** What a reader answers is JSON already. */
  const textOf = (value: unknown): string => (role === "read" ? (value as string) : JSON.stringify(value));

  port.on("message", ({ id, name, args, bytes }: ThreadCall) => {
    runCore(core, name, [...(JSON.parse(args) as unknown[]), ...(bytes ? [bytes] : [])], database.errorOf)
      .then(
        (value): ThreadAnswer => ({ id, ok: true, value: value === undefined ? undefined : textOf(value) }),
        (error: unknown): ThreadAnswer => ({ id, ok: false, error: toPlain(error) }),
      )
      .then((answer) => port.postMessage(answer));
  });
}
