import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, takeTurns } from "../interleave.mjs";
import { connections } from "./load.mjs";
import { measure } from "./measure.mjs";
import { heatRequests, isothermRequests } from "./requests.mjs";
import { checkHeatCollector, checkIsotherm } from "./stored.mjs";
import { eventsPerBatch, rowsPerBatch, visitorsOf, visits } from "./visits.mjs";

const warmUp = 2_000;
const counted = 10_000;
/** Of heat-collector, which takes as long for each as others for dozens. */
const heatWarmUp = 50;
const heatCounted = 250;
const largeStore = 50_000;
const atRateRounds = 5;

const version = (name) => {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
};
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
    return section({ figures, atRate, rate, bytesPerEvent: size / (filling * eventsPerBatch), filling });
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
  return { rate: of("rate"), cpu: of("cpu"), p50: of("p50"), p99: of("p99"), rest: of("rest"), most: of("most") };
}

function section({ figures, atRate, rate, bytesPerEvent, filling }) {
  const { heat, whole, large } = figures;
  const events = (count) => (count * eventsPerBatch).toLocaleString("en");
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
  const row = (name, { rate: batches, cpu, p50, p99, most }) => [
    ...[name, Math.round(batches).toLocaleString("en"), `${(batches / heat.rate).toFixed(1)} ×`],
    ...[`${cpu.toFixed(2)} ms`, `${p50.toFixed(0)} ms`, `${p99.toFixed(0)} ms`, megabytes(most)],
  ];
  return {
    title: "Ingest",
    intro: `Batches of ${eventsPerBatch} events (a page view, 4 clicks, 5 moves of 10 points each, 6 scrolls, 4 custom events) over ${connections} connections, each contender a fresh process with a fresh folder on the same machine as the load. Medians of five rounds in turn. Every answer was a 2xx; afterwards every batch was looked for in the database.`,
    columns: [
      "who takes them",
      "batches a second",
      "beside heat-collector",
      "server CPU per batch",
      "p50",
      "p99",
      "memory, at most",
    ],
    rows: [
      row(`heat-collector ${version("@m-software-engineering/heat-collector")} on SQLite`, heat),
      row("Isotherm, intake alone", figures.intake),
      row("Isotherm, until all is in the models", whole),
      row(`the same, on a store of ${events(filling)} events`, large),
      row(`Fastify ${version("fastify")} with ajv ${version("ajv")}, storing nothing`, figures.bare),
    ],
    notes: [
      `CPU counts all threads of the server, and nothing of the load generator. p50 and p99 are of a saturated server: they are the ${connections} connections divided by the rate, and what the machine's other work adds.`,
      "Isotherm answers after an fdatasync of its journal. Intake alone holds the projector back, as while the database is away; after the measurement it is let go, and every batch has to be in the models. In the next row the clock runs, and the processor is counted, until the last acknowledged batch is.",
      `heat-collector (MIT) runs in Express ${version("express")} with the same SQLite driver, its limit of requests raised and its request log off; it gets the same visits in its own wire format, and ${rowsPerBatch} rows per batch are expected.`,
      `At ${rate} batches a second, which is 80 % of what was projected, whether answers come or not: p50 ${atRate.whole.p50.toFixed(1)} ms and p99 ${atRate.whole.p99.toFixed(1)} ms, memory at most ${megabytes(atRate.whole.most)}; bare Fastify at the same rate p50 ${atRate.bare.p50.toFixed(1)} ms and p99 ${atRate.bare.p99.toFixed(1)} ms. Medians of ${atRateRounds} rounds.`,
      `On a store of ${events(filling)} events a batch costs ${(large.cpu / whole.cpu).toFixed(2)} times the processor time that it costs on an empty one, at ${Math.round((large.rate / whole.rate) * 100)} % of its rate. The database takes ${bytesPerEvent.toFixed(0)} MB per million events, raw and models, the journal apart. At rest the process takes ${megabytes(whole.rest)}.`,
    ],
  };
}
