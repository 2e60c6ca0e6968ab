import { parseArgs } from "node:util";
import { generate } from "./fill.mjs";
import { onSqlite } from "./on-sqlite.mjs";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    out: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const events = Number(values.events);
const seed = Number(values.seed);
if (!values.out || !(events >= 1_000) || !Number.isInteger(seed)) {
  process.stderr.write("node bench/query/generate.mjs --events 10000000 --out FOLDER [--seed 1]\n");
  process.exit(2);
}
const print = (line) => process.stderr.write(line);
const progress = (text) => print(`\r${text.padEnd(76)}`);
const { out } = values;
const manifest = await onSqlite(out, (place) => generate({ place, events, seed, out, print: progress }));
const { batches, growth } = manifest;
print(`\r${out} holds ${manifest.events.toLocaleString("en")} events in ${batches.toLocaleString("en")} batches\n`);
for (const { tenth, cpu, rate } of growth)
  print(`  tenth ${tenth}: ${cpu.toFixed(3)} ms CPU a batch, ${Math.round(rate).toLocaleString("en")} batches/s\n`);
