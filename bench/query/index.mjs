import { tmpdir } from "node:os";
import { join } from "node:path";
import { client } from "./client.mjs";
import { disk, scanner } from "./disk.mjs";
import { expectTotals } from "./expect-totals.mjs";
import { generate } from "./fill.mjs";
import { addressOf, groups } from "./questions.mjs";

const seed = 1;
const warmUps = 2;
const rounds = 5;
const diskGoal = 60;
const growthGoal = 0.9;
const millions = (number) => number.toLocaleString("en");

/**
 * The speed of every query over HTTP, on made-up visits that went through the projector. `ISOTHERM_BENCH_FOLDER` says
 * where they are kept for the next run.
 *
 * @param {{ print: (line: string) => void, events: number }} options
 */
export async function query({ print, events }) {
  const folder = process.env.ISOTHERM_BENCH_FOLDER ?? join(tmpdir(), "query-bench-data");
  const out = join(folder, `${events}-events`);
  print(`query: visits for about ${millions(events)} events in ${out}`);
  const { file, manifest } = await generate({ events, seed, out, print: slowly(print) });
  const server = await client(file);
  const scan = scanner(file);
  try {
    const agreed = await expectTotals(server.ask, manifest);
    print(`query: ${agreed} numbers are what the generator made; asking`);
    const asked = groups(await placesIn(server.ask));
    const scans = [];
    const times = asked.map(() => []);
    const cpu = asked.map(() => []);
    for (let round = 0; round < warmUps + rounds; round++) {
      for (const [n, { paths }] of asked.entries()) {
        for (const path of paths) {
          const before = await server.usage();
          const { ms } = await server.ask(path);
          const after = await server.usage();
          if (round < warmUps) continue;
          times[n].push(ms);
          cpu[n].push(after.cpu - before.cpu);
        }
      }
      if (round >= warmUps) scans.push(scan.scan());
    }
    const { memory } = await server.usage();
    const unit = at(scans, 0.5);
    const rows = asked.map(({ name, goal }, n) => rowOf(name, goal, times[n], cpu[n], unit));
    return { ...about(manifest), rows, notes: notesOf({ manifest, file, memory, unit, agreed }) };
  } finally {
    scan.close();
    await server.close();
  }
}

function at(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function rowOf(name, goal, times, cpu, unit) {
  const [p50, p95, max] = [at(times, 0.5), at(times, 0.95), at(times, 1)];
  const ms = (number) => number.toFixed(1);
  const met = (number) => (number < goal ? "yes" : "no");
  const work = at(cpu, 0.95);
  const beside = (at(cpu, 0.5) / unit).toFixed(1);
  return [name, ms(p50), ms(p95), ms(max), ms(at(cpu, 0.5)), ms(work), beside, String(goal), met(p95), met(work)];
}

function about({ events, visits, people, batches }) {
  return {
    title: "Queries",
    intro: `Every question of the query API, asked over HTTP by one client on one connection of a collector that runs as a process of its own, on ${millions(events)} events of ${millions(visits)} visits by ${millions(people)} people in ${millions(batches)} batches on 31 days. The questions take turns, ${rounds} rounds after ${warmUps} that warm up. The goals are for 10 million events, 95 of 100 answers, in milliseconds.`,
    columns: [
      ...["question", "p50 ms", "p95 ms", "max ms", "CPU p50 ms", "CPU p95 ms", "CPU beside a scan", "goal ms"],
      ...["met by the clock", "met by CPU"],
    ],
  };
}

function notesOf({ manifest, file, memory, unit, agreed }) {
  const tables = disk(file);
  const whole = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const perMillion = (bytes) => bytes / manifest.events;
  const share = ({ name, bytes }) => `${name} ${perMillion(bytes).toFixed(1)}`;
  const met = (yes) => (yes ? "met" : "missed");
  return [
    `A scan is SQLite's own \`SELECT count(*), sum(duration)\` over all visits, in the same rounds: ${unit.toFixed(1)} ms of CPU. CPU is that of the whole collector, its event loop and the thread that reads, and does not count the neighbours of a busy machine, as the clock does.`,
    `${agreed} numbers (visits, visitors, page views, events, clicks, also filtered) were compared with what the generator made, and agreed.`,
    `The collector's process held ${Math.round(memory / 1e6)} MB when all was asked.`,
    `Disk: ${perMillion(whole).toFixed(1)} MB per million events, goal ${diskGoal}: ${met(perMillion(whole) < diskGoal)}. With their indices: ${tables.slice(0, 8).map(share).join(", ")}.`,
    ...growthNote(manifest.growth, met),
    "`node bench/query/generate.mjs --events 10000000 --out FOLDER` makes the same visits anywhere.",
  ];
}

/** Ingest on a full store beside that on an empty one, by the CPU that a batch took: rates also tell of the neighbours. */
function growthNote(growth, met) {
  const [first, last] = [growth[0], growth.at(-1)];
  if (!first || !last) return [];
  const ratio = first.cpu / last.cpu;
  const rates = `${Math.round(first.rate)} and ${Math.round(last.rate)} batches a second`;
  return [
    `Growth: the projector took ${first.cpu.toFixed(3)} ms CPU a batch in the first tenth and ${last.cpu.toFixed(3)} in the last (${rates} by the clock): ${(ratio * 100).toFixed(0)} % of the speed, goal ${growthGoal * 100}: ${met(ratio >= growthGoal)}.`,
  ];
}

/** A cursor into the middle of the list of visits, and some visits from there. */
async function placesIn(ask) {
  const list = async (rest) => JSON.parse((await ask(addressOf("sessions", "30d", "none", rest))).text);
  let next;
  let found = await list({ limit: "1000" });
  for (let page = 0; page < 8 && found.next !== undefined; page++) {
    next = found.next;
    found = await list({ limit: "1000", cursor: next });
  }
  return { next, visits: found.sessions.slice(0, 20).map(({ id }) => id) };
}

/** Not every sign of progress is worth a line. */
function slowly(print) {
  let shown = performance.now();
  return (line) => {
    if (performance.now() - shown < 20_000) return;
    shown = performance.now();
    print(`query: ${line}`);
  };
}
