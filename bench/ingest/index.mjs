import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, takeTurns } from "../interleave.mjs";
import { measure } from "./measure.mjs";
import { heatRequests, isothermRequests } from "./requests.mjs";
import { section } from "./section.mjs";
import { checkHeatCollector, checkIsotherm } from "./stored.mjs";
import { eventsPerBatch, visitorsOf, visits } from "./visits.mjs";

const warmUp = 2_000;
const counted = 10_000;
/** Of heat-collector, which takes as long for each as others for dozens. */
const heatWarmUp = 50;
const heatCounted = 250;
const largeStore = 50_000;
const atRateRounds = 5;

const inFolder = async (work) => {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** How fast batches are taken in, beside another collector and beside a server that only validates. */
export async function ingest({ print }) {
  const views = visits({ count: warmUp + counted });
  const ids = views.map(({ id }) => id);
  const requests = isothermRequests(views);
  const heat = heatRequests(views.slice(0, heatWarmUp + heatCounted));
  const bare = (folder) => measure({ contender: "fastify-ajv", folder, requests, warmUp });
  const whole = (folder) =>
    measure({ contender: "isotherm", folder, requests, warmUp, settle: true, check: () => checkIsotherm(folder, ids) });

  return inFolder(async (large) => {
    const filling = largeStore + warmUp + counted;
    print(`ingest: filling a store with ${(filling * eventsPerBatch).toLocaleString("en")} events`);
    const fill = visits({ count: filling, days: 10 });
    await measure({ contender: "isotherm", folder: large, requests: isothermRequests(fill), warmUp, settle: true });
    const { size } = await stat(join(large, "isotherm.db"));
    let batches = filling;
    let visitors = visitorsOf(filling);
    const onLarge = async () => {
      const more = visits({ count: warmUp + counted, from: visitors });
      visitors += visitorsOf(more.length);
      const check = () =>
        checkIsotherm(
          large,
          more.map(({ id }) => id),
          batches,
        );
      const run = {
        contender: "isotherm",
        folder: large,
        requests: isothermRequests(more),
        warmUp,
        settle: true,
        check,
      };
      const result = await measure(run);
      batches += more.length;
      return result;
    };

    print("ingest: five rounds of five contenders");
    const results = await takeTurns({
      heat: () =>
        inFolder((folder) => {
          const check = () => checkHeatCollector(folder, heat.length);
          return measure({ contender: "heat-collector", folder, requests: heat, warmUp: heatWarmUp, check });
        }),
      intake: () =>
        inFolder((folder) => {
          const check = () => checkIsotherm(folder, ids);
          return measure({ contender: "isotherm", mode: "held", folder, requests, warmUp, check });
        }),
      whole: () => inFolder(whole),
      large: onLarge,
      bare: () => inFolder(bare),
    });
    const figures = Object.fromEntries(Object.entries(results).map(([name, runs]) => [name, medians(runs)]));

    const rate = Math.floor(figures.whole.rate * 0.8);
    print(`ingest: ${atRateRounds} rounds at ${rate} batches a second`);
    const steady = await takeTurns(
      { whole: () => atPace("isotherm", rate), bare: () => atPace("fastify-ajv", rate) },
      atRateRounds,
    );
    const atRate = Object.fromEntries(Object.entries(steady).map(([name, runs]) => [name, medians(runs)]));
    return section({
      figures,
      atRate,
      rate,
      rounds: atRateRounds,
      bytesPerEvent: size / (filling * eventsPerBatch),
      filling,
    });
  });
}

/** Measures a contender under a load at a steady pace, from a process of its own. */
async function atPace(contender, rate) {
  const child = fork(fileURLToPath(new URL("steady.mjs", import.meta.url)), [contender, String(rate)]);
  const ended = once(child, "exit");
  const early = ended.then(([code]) => Promise.reject(new Error(`the load on ${contender} ended with ${code}`)));
  const [result] = await Promise.race([once(child, "message"), early]);
  await ended;
  return result;
}

function medians(runs) {
  const of = (field) => median(runs.map((run) => run[field]));
  const fields = ["rate", "cpu", "p50", "p99", "rest", "most", "behind"];
  return Object.fromEntries(fields.map((field) => [field, of(field)]));
}
