import { connections } from "../http/load.mjs";
import { eventsPerBatch } from "../http/visits.mjs";
import { version } from "../version.mjs";
import { concurrency } from "./concurrency.mjs";
import { relayFlags } from "./in-front-of-sink.mjs";

/** What relay.md's design asks for: shares of a rate, milliseconds and bytes. */
const goals = { durable: 0.6, proxy: 0.9, p99: 30, memory: 200e6, drain: 0.7 };

const whole = (number) => Math.round(number).toLocaleString("en");
const percent = (share) => `${Math.round(share * 100)} %`;
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
const met = (isMet) => (isMet ? "met" : "missed");

/** What was measured, as a section of the page; figures are medians of rounds. */
export function section({ figures, rate, atRate, nginx, away, collector }) {
  const { durable, memory, "reply-from": replyFrom } = figures;
  const row = (name, run) => {
    const { rate: batches, answered, cpu, p50, p99, most } = run;
    return [
      ...[name, whole(answered), whole(batches), percent(batches / replyFrom.rate)],
      ...[`${cpu.toFixed(2)} ms`, percent(replyFrom.cpu / cpu)],
      ...[`${p50.toFixed(0)} ms`, `${p99.toFixed(0)} ms`, megabytes(most)],
    ];
  };
  const fastify = `Fastify ${version("fastify")}`;
  const absent = ["nginx, which is not installed here", ...Array.from({ length: 8 }, () => "")];
  return {
    title: "Relay",
    intro: `The same batches of ${eventsPerBatch} events over ${connections} connections, through each contender to the same sink: a bare Node server, a process of its own, that reads every batch, notes its id and answers 204. Contender and sink are fresh each time, on the same machine as the load. Medians of five rounds in turn. Every answer was a 2xx; afterwards exactly the acknowledged batches had arrived, by their ids, each once.`,
    columns: [
      "who hands them on",
      "answered a second",
      "arrived a second",
      "beside reply-from",
      "server CPU per batch",
      "CPU beside reply-from",
      "p50",
      "p99",
      "memory, at most",
    ],
    rows: [
      row("Isotherm relay, durable: a journal in files, synced before each answer", durable),
      row("Isotherm relay, not durable: a journal in memory", memory),
      row(`@fastify/reply-from ${version("@fastify/reply-from")}, keeping nothing`, replyFrom),
      row(`@fastify/http-proxy ${version("@fastify/http-proxy")}, keeping nothing`, figures["http-proxy"]),
      nginx ? row(`nginx ${nginx} with one worker, keeping nothing`, figures.nginx) : absent,
      row(`${fastify} with ajv ${version("ajv")}, handing nothing on`, figures.bare),
    ],
    notes: [
      ...goalNotes(durable, memory, replyFrom),
      paceNote(rate, atRate),
      memoryNote(away),
      ...drainNotes(away, collector),
      "A proxy answers when the sink has: what it answered has arrived. The relay checks, seals and journals a batch, answers, and hands it on in the background, many in a request, signed. Its clock runs, and its processor is counted, until the last acknowledged batch is at the sink. CPU counts all threads of the server, and neither the sink nor the load generator; beside reply-from, its processor time for a batch is divided by the contender's, as rates are divided by its rate. p50 and p99 in the table are of a saturated server.",
      `The relay runs with Node's \`${relayFlags.join(" ")}\`, as in its image; the proxies as their manuals say: in ${fastify}, bodies passed on unread; nginx (BSD-2-Clause) with connections to the sink kept open and its log off. @fastify/reply-from and @fastify/http-proxy are under MIT.`,
    ],
  };
}

function goalNotes(durable, memory, replyFrom) {
  const note = (what, goal, byRate, byCpu) =>
    `${what}: ${percent(byRate)} of its rate and ${percent(byCpu)} by processor time. The goal of at least ${percent(goal)} is ${met(byRate >= goal)} by rate and ${met(byCpu >= goal)} by CPU.`;
  return [
    note(
      "Durable beside the same server without durability",
      goals.durable,
      durable.rate / memory.rate,
      memory.cpu / durable.cpu,
    ),
    note(
      "Not durable beside @fastify/reply-from",
      goals.proxy,
      memory.rate / replyFrom.rate,
      replyFrom.cpu / memory.cpu,
    ),
  ];
}

function paceNote(rate, { durable, "reply-from": replyFrom }) {
  const times = ({ p50, p99 }) => `p50 ${p50.toFixed(1)} ms and p99 ${p99.toFixed(1)} ms`;
  return `At ${whole(rate)} batches a second, which is 80 % of what the durable relay handed on, whether answers come or not: ${times(durable)}, memory at most ${megabytes(durable.most)}, the last batch at the sink ${(durable.behind * 1_000).toFixed(0)} ms after the last answer. The goal of a p99 below ${goals.p99} ms is ${met(durable.p99 < goals.p99)}. @fastify/reply-from at the same rate: ${times(replyFrom)}. Medians of five rounds.`;
}

function memoryNote({ batches, rate, memory: { start, early, end, most } }) {
  return `While the sink was away the durable relay took ${whole(batches)} batches, ${whole(rate)} a second, as fast as answers came. Memory: ${megabytes(start)} at the start, ${megabytes(early)} after a tenth, ${megabytes(end)} at the end, at most ${megabytes(most)} until all had drained. The goal of less than ${megabytes(goals.memory)} is ${met(most < goals.memory)}.`;
}

function drainNotes(away, collector) {
  const goal = ({ drain, alone }) =>
    `${percent(drain / alone)}. The goal of at least ${percent(goals.drain)} is ${met(drain / alone >= goals.drain)}.`;
  const each = (again) => (again === 0 ? "each once" : `${whole(again)} of them once more`);
  return [
    `Then the sink came back, and the backlog drained at ${whole(away.drain)} batches a second, ${away.cpu.toFixed(3)} ms of the relay's processor time each. The sink alone accepts ${whole(away.alone)} a second of the same requests over as many connections (${concurrency}): ${goal(away)} Every batch arrived, ${each(away.again)}.`,
    `A backlog of ${whole(collector.batches)} batches drained into an Isotherm collector, whose journal syncs too and whose projector was held back, at ${whole(collector.drain)} a second; alone it accepts ${whole(collector.alone)} a second of such requests, signed anew: ${goal(collector)} Afterwards every batch was in its database.`,
    "Drains are medians of five parts of a backlog, in turn with the target alone: meanwhile the relay stood still, and the target got requests that the relay had made. The pause before the first request after an outage is not counted.",
  ];
}
