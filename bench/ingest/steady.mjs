import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureAt } from "./measure.mjs";
import { isothermRequests } from "./requests.mjs";
import { checkIsotherm } from "./stored.mjs";
import { visits } from "./visits.mjs";

// A load at a steady pace, from a process that has nothing else in its memory: what its own collector of garbage takes would
// be counted as the server's. Sends what it measured to the process that started it.
const [, , contender, batchesPerSecond] = process.argv;

/** Seconds: until a server is as fast as it gets, and counted. */
const warmUpFor = 3;
const countedFor = 6;

const rate = Number(batchesPerSecond);
const warmUp = rate * warmUpFor;
const folder = await mkdtemp(join(tmpdir(), "isotherm-bench-"));
try {
  const views = visits({ count: warmUp + rate * countedFor });
  const ids = views.map(({ id }) => id);
  // The other contender stores nothing.
  const check = contender === "isotherm" ? () => checkIsotherm(folder, ids) : undefined;
  process.send(await measureAt({ contender, folder, requests: isothermRequests(views), warmUp, rate, check }));
} finally {
  await rm(folder, { recursive: true });
  process.disconnect();
}
