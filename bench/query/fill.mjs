import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
// The journal's record as intake writes it: what the store is handed, and of no use to anybody else.
import { encodeArrival } from "../../packages/collector/dist/project/record.js";
import { readKey } from "./key.mjs";
import { schedule } from "./schedule.mjs";
import { settleDays } from "./settle.mjs";
import { totals } from "./totals.mjs";
import { site } from "./world.mjs";

/** Records of a chunk, as the projector reads them from the journal. */
const perChunk = 500;
const journal = "bench";
const sources = ["chance.mjs", "world.mjs", "visit.mjs", "schedule.mjs", "totals.mjs"];

/**
 * Fills a place with about so many events, through the door that the projector uses, and says in the folder `out` what it
 * holds. One that is filled already is left as it is; one that was interrupted goes on where its cursor stands.
 *
 * @param {{ place: import("./on-sqlite.mjs").Place, events: number, seed: number, out: string, print: (text: string) => void }} options
 */
export async function generate({ place, events, seed, out, print }) {
  const version = await versionOf();
  const wanted = { version, seed, wanted: events };
  await mkdir(out, { recursive: true });
  const known = await manifestOf(out);
  if (known && Object.entries(wanted).every(([field, value]) => known[field] === value)) return known;
  if (known)
    throw new Error(
      `${out} holds another set of visits (${JSON.stringify({ version: known.version, seed: known.seed, wanted: known.wanted })}): delete it`,
    );

  // On the calling thread, so that the CPU that projecting takes can be told apart from that of making visits up.
  const store = await place.open({ threads: false, settle: 60_000 });
  await store.migrate();
  await store.putSite(site);
  await store.putKey(readKey.stored);
  const counted = totals();
  const growth = Array.from({ length: 10 }, (_, n) => ({ tenth: n + 1, batches: 0, cpu: 0, seconds: 0 }));
  const done = await store.cursor(journal);
  let [position, made, shown] = [0, 0, 0];
  const waiting = [];

  const project = async (batches) => {
    const chunk = {
      journal,
      from: position,
      to: position + batches.length,
      records: batches.map((batch) => encodeArrival({ site: site.id, batch, receivedAt: batch.edge.at + 50 }).data),
    };
    position = chunk.to;
    if (chunk.to <= done) return;
    const before = { cpu: process.cpuUsage(), server: await place.cpu(), at: performance.now() };
    await store.project(chunk);
    const { user, system } = process.cpuUsage(before.cpu);
    const seconds = (performance.now() - before.at) / 1_000;
    const part = growth[Math.min(9, Math.floor((made / events) * 10))];
    part.batches += batches.length;
    part.cpu += (user + system) / 1_000 + (await place.cpu()) - before.server;
    part.seconds += seconds;
  };

  for (const { batches, visits } of schedule({ seed, events })) {
    for (const visit of visits) counted.add(visit);
    made = counted.read().events;
    waiting.push(...batches);
    while (waiting.length >= perChunk) await project(waiting.splice(0, perChunk));
    if (performance.now() - shown < 2_000) continue;
    shown = performance.now();
    print(
      `\r${made.toLocaleString("en")} of about ${events.toLocaleString("en")} events, ${position.toLocaleString("en")} batches `,
    );
  }
  await project(waiting);
  await store.close();
  print("deriving the rows of days");
  await settleDays(place, journal, position);
  await place.filled();
  const manifest = {
    ...wanted,
    batches: position,
    // Of an interrupted run no growth can be told.
    growth:
      done > 0
        ? []
        : growth.map(({ tenth, batches, cpu, seconds }) => ({ tenth, cpu: cpu / batches, rate: batches / seconds })),
    ...counted.read(),
  };
  await writeFile(join(out, "manifest.json.draft"), JSON.stringify(manifest));
  await rename(join(out, "manifest.json.draft"), join(out, "manifest.json"));
  return manifest;
}

async function manifestOf(out) {
  try {
    return JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** What the visits are made by: another program makes others. */
async function versionOf() {
  const hash = createHash("sha256");
  for (const name of sources) hash.update(await readFile(new URL(name, import.meta.url)));
  return hash.digest("hex").slice(0, 12);
}
