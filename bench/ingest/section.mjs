import { connections } from "../http/load.mjs";
import { eventsPerBatch, rowsPerBatch } from "../http/visits.mjs";
import { version } from "../version.mjs";
import { collectorFlags } from "./contenders.mjs";

/** What collector.md's design asks for: times heat-collector's, milliseconds at 80 % of the rate, bytes, and the share of an empty store's. */
const goals = { intake: 25, whole: 15, p99: 30, memory: 256e6, growth: 0.9 };

const times = (ratio) => `${ratio.toFixed(1)} ×`;
const verdict = (isMet) => (isMet ? "yes" : "no");
const met = (isMet) => (isMet ? "met" : "missed");

/** What was measured, as a section of the page; figures are medians of rounds. */
export function section({ figures, atRate, rate, rounds, bytesPerEvent, filling, postgres }) {
  const { heat, intake, whole, large } = figures;
  const ours = [intake, whole, large, atRate.whole, ...(postgres ? [figures.postgres] : [])];
  const most = Math.max(...ours.map((run) => run.most));
  const events = (count) => (count * eventsPerBatch).toLocaleString("en");
  const percent = (share) => `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
  const growth = whole.cpu / large.cpu;
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
  const row = (name, { rate: batches, cpu: own, databaseCpu, p50, p99, most }, goal) => {
    const cpu = own + databaseCpu;
    const [byRate, byCpu] = [batches / heat.rate, heat.cpu / cpu];
    return [
      ...[name, Math.round(batches).toLocaleString("en"), times(byRate), `${cpu.toFixed(2)} ms`, times(byCpu)],
      ...(goal ? [`${goal} ×`, verdict(byRate >= goal), verdict(byCpu >= goal)] : ["", "", ""]),
      ...[`${p50.toFixed(0)} ms`, `${p99.toFixed(0)} ms`, megabytes(most)],
    ];
  };
  return {
    title: "Ingest",
    intro: `Batches of ${eventsPerBatch} events (a page view, 4 clicks, 5 moves of 10 points each, 6 scrolls, 4 custom events) over ${connections} connections, each contender a fresh process with a fresh folder on the same machine as the load. Medians of five rounds in turn. Every answer was a 2xx; afterwards every batch was looked for in the database.`,
    columns: [
      "who takes them",
      "batches a second",
      "beside heat-collector",
      "server CPU per batch",
      "CPU beside heat-collector",
      "goal",
      "met by rate",
      "met by CPU",
      "p50",
      "p99",
      "memory, at most",
    ],
    rows: [
      row(`heat-collector ${version("@m-software-engineering/heat-collector")} on SQLite`, heat),
      row("Isotherm, intake alone", intake, goals.intake),
      row("Isotherm on SQLite, until all is in the models", whole, goals.whole),
      row(`the same, on a store of ${events(filling)} events`, large),
      postgres
        ? row(`Isotherm on PostgreSQL ${postgres}, until all is in the models`, figures.postgres)
        : ["Isotherm on PostgreSQL, which is not installed here", ...Array.from({ length: 10 }, () => "")],
      row(`Fastify ${version("fastify")} with ajv ${version("ajv")}, storing nothing`, figures.bare),
    ],
    notes: [
      `CPU counts all threads of the server, and nothing of the load generator. Beside heat-collector, its processor time for a batch is divided by the contender's, as rates are divided by its rate: a goal is met by the one, by the other, or by both. p50 and p99 are of a saturated server: they are the ${connections} connections divided by the rate, and what the machine's other work adds.`,
      `Isotherm runs with Node's \`${collectorFlags.join(" ")}\`, as in its image, and answers after an fdatasync of its journal. Intake alone holds the projector back, as while the database is away; after the measurement it is let go, and every batch has to be in the models. In Isotherm's other rows the clock runs, and the processor is counted, until the last acknowledged batch is. The rows of days, which are derived once nobody writes to a day, come later.`,
      ...(postgres ? [postgresNote(figures)] : []),
      `heat-collector (MIT) runs in Express ${version("express")} with the same SQLite driver, its limit of requests raised and its request log off; it gets the same visits in its own wire format, and ${rowsPerBatch} rows per batch are expected.`,
      `At ${rate} batches a second, which is 80 % of what was projected, whether answers come or not: p50 ${atRate.whole.p50.toFixed(1)} ms and p99 ${atRate.whole.p99.toFixed(1)} ms, memory at most ${megabytes(atRate.whole.most)}, the last batch in the models ${atRate.whole.behind.toFixed(1)} s after the last answer. The goals are a p99 below ${goals.p99} ms, which is ${met(atRate.whole.p99 < goals.p99)}, and less than ${megabytes(goals.memory)} at rest and under load, which is ${met(most < goals.memory)}. Bare Fastify at the same rate p50 ${atRate.bare.p50.toFixed(1)} ms and p99 ${atRate.bare.p99.toFixed(1)} ms. Medians of ${rounds} rounds.`,
      `Growth: on a store of ${events(filling)} events a batch costs ${(large.cpu / whole.cpu).toFixed(2)} times the processor time that it costs on an empty one, which is ${percent(growth)} of its speed, goal ${percent(goals.growth)}: ${met(growth >= goals.growth)}. By the clock it is ${percent(large.rate / whole.rate)} of its rate. \`--events\` says how many events the store holds first. The database takes ${bytesPerEvent.toFixed(0)} MB per million events, raw and models, the journal apart. At rest the process takes ${megabytes(whole.rest)}.`,
    ],
  };
}

function postgresNote({ whole, postgres }) {
  const cpu = postgres.cpu + postgres.databaseCpu;
  return `PostgreSQL runs on the same machine with its settings as they come, reached over a socket in a folder; each process of the collector gets a fresh database. Of the ${cpu.toFixed(2)} ms of processor time that a batch takes with it, ${postgres.cpu.toFixed(2)} are the collector's and ${postgres.databaseCpu.toFixed(2)} those of all of PostgreSQL's processes. Beside SQLite that is ${times(cpu / whole.cpu)} the processor time, at ${times(postgres.rate / whole.rate)} the rate. Memory is the collector's alone.`;
}
