const diskGoal = 60;
const growthGoal = 0.9;
const millions = (number) => number.toLocaleString("en");
const verdict = (yes) => (yes ? "met" : "missed");

/** What so large a share of the numbers is at most. */
export function at(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** What was measured, as a section of the page. */
export function section(measured) {
  const { title, product, manifest, asked, unit, warmUps, rounds } = measured;
  const { events, visits, people, batches } = manifest;
  const on = product === "SQLite" ? "" : ` on ${product} on the same machine`;
  return {
    title,
    intro: `Every question of the query API, asked over HTTP by one client on one connection of a collector that runs as a process of its own${on}, on ${millions(events)} events of ${millions(visits)} visits by ${millions(people)} people in ${millions(batches)} batches on 31 days. The questions take turns, ${rounds} rounds after ${warmUps} that warm up. The goals are for 10 million events, 95 of 100 answers, in milliseconds.`,
    columns: [
      ...["question", "p50 ms", "p95 ms", "max ms", "CPU p50 ms", "CPU p95 ms", "CPU beside a scan", "goal ms"],
      ...["met by the clock", "met by CPU"],
    ],
    rows: asked.map((group) => rowOf(group, unit)),
    notes: notesOf(measured),
  };
}

function rowOf({ name, goal, times, cpu }, unit) {
  const [p50, p95, max] = [at(times, 0.5), at(times, 0.95), at(times, 1)];
  const ms = (number) => number.toFixed(1);
  const met = (number) => (number < goal ? "yes" : "no");
  const work = at(cpu, 0.95);
  const beside = (at(cpu, 0.5) / unit).toFixed(1);
  return [name, ms(p50), ms(p95), ms(max), ms(at(cpu, 0.5)), ms(work), beside, String(goal), met(p95), met(work)];
}

function notesOf({ product, manifest, disk, memory, unit, agreed, asked }) {
  const isSqlite = product === "SQLite";
  const name = product.split(" ")[0];
  const counted = isSqlite
    ? "CPU is that of the whole collector, its event loop and the thread that reads,"
    : `CPU is that of the whole collector and of all of ${name}'s processes,`;
  return [
    `A scan is ${name}'s own \`SELECT count(*), sum(duration)\` over all visits${isSqlite ? "" : ", by one process"}, in the same rounds: ${unit.toFixed(1)} ms of CPU. ${counted} and does not count the neighbours of a busy machine, as the clock does.`,
    ...(isSqlite ? [] : [serverNote(name, asked)]),
    `${agreed} numbers (visits, visitors, page views, events, clicks, also filtered) were compared with what the generator made, and agreed.`,
    `The collector's process held ${Math.round(memory / 1e6)} MB when all was asked.`,
    diskNote(disk, manifest.events, isSqlite),
    ...growthNote(manifest.growth),
    ...(isSqlite
      ? ["`node bench/query/generate.mjs --events 10000000 --out FOLDER` makes the same visits anywhere."]
      : []),
  ];
}

function serverNote(name, asked) {
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const share = sum(asked.flatMap(({ server }) => server)) / sum(asked.flatMap(({ cpu }) => cpu));
  return `${name} has its settings as they come and is reached over a socket in a folder; after the filling it was told \`VACUUM (ANALYZE)\`, which its autovacuum does by itself within minutes. ${Math.round(share * 100)} % of the processor time of all answers was its own, the rest the collector's.`;
}

function diskNote(disk, events, hasGoal) {
  const perMillion = (bytes) => bytes / events;
  const whole = perMillion(disk.reduce((sum, { bytes }) => sum + bytes, 0));
  const share = ({ name, bytes }) => `${name} ${perMillion(bytes).toFixed(1)}`;
  const goal = hasGoal ? `, goal ${diskGoal}: ${verdict(whole < diskGoal)}` : "";
  return `Disk: ${whole.toFixed(1)} MB per million events${goal}. With their indices: ${disk.slice(0, 8).map(share).join(", ")}.`;
}

/** Ingest on a full store beside that on an empty one, by the CPU that a batch took: rates also tell of the neighbours. */
function growthNote(growth) {
  const [first, last] = [growth[0], growth.at(-1)];
  if (!first || !last) return [];
  const ratio = first.cpu / last.cpu;
  const rates = `${Math.round(first.rate)} and ${Math.round(last.rate)} batches a second`;
  return [
    `Growth: the projector took ${first.cpu.toFixed(3)} ms CPU a batch in the first tenth and ${last.cpu.toFixed(3)} in the last (${rates} by the clock): ${(ratio * 100).toFixed(0)} % of the speed, goal ${growthGoal * 100}: ${verdict(ratio >= growthGoal)}.`,
  ];
}
