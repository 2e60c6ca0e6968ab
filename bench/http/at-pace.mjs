import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { measureAt } from "./measure.mjs";
import { isothermRequests } from "./requests.mjs";
import { visits } from "./visits.mjs";

/** Seconds: until a server is as fast as it gets, and counted. */
const warmUpFor = 6;
const countedFor = 6;

/**
 * Measures a contender under a load at a steady pace, from a process that has nothing else in its memory: what its own
 * collector of garbage takes would be counted as the server's. That process runs `script`, which calls `reportAtPace`.
 */
export async function atPace(script, args) {
  const child = fork(fileURLToPath(script), args.map(String));
  const ended = once(child, "exit");
  const early = ended.then(([code]) => Promise.reject(new Error(`the load on ${args[0]} ended with ${code}`)));
  const [result] = await Promise.race([once(child, "message"), early]);
  await ended;
  return result;
}

/** Sends what it measured to the process that started this one. `check` gets the ids of all batches. */
export async function reportAtPace({ start, rate, check }) {
  const warmUp = rate * warmUpFor;
  const views = visits({ count: warmUp + rate * countedFor });
  const ids = views.map(({ id }) => id);
  const requests = isothermRequests(views);
  process.send(await measureAt({ start, requests, warmUp, rate, check: () => check?.(ids) }));
  process.disconnect();
}
