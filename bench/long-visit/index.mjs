import { join } from "node:path";
import { sqliteStore } from "@isotherm/collector/sqlite";
import { encodeArrival } from "../../packages/collector/dist/project/record.js";
import { inFolder } from "../in-folder.mjs";
import { interleave } from "../interleave.mjs";
import { site } from "../query/world.mjs";
import { begins, further, perView } from "./visit.mjs";

const lengths = [10, 1_000, 10_000];
const perChunk = 500;
const measured = 100;

/** Milliseconds of processor time that a batch takes, each in a chunk of its own, of a visit that has so many already. */
const after = (length) => () =>
  inFolder(async (folder) => {
    // On the calling thread, whose processor time it is.
    const store = await sqliteStore({ file: join(folder, "store.sqlite"), threads: false, settle: 600_000 });
    await store.migrate();
    await store.putSite(site);
    let position = 0;
    const project = async (batches) => {
      const records = batches.map(
        (batch) => encodeArrival({ site: site.id, batch, receivedAt: batch.edge.at + 50 }).data,
      );
      const [from, to] = [position, position + records.length];
      await store.project({ journal: "bench", from, to, records });
      position = to;
    };
    while (position < length) {
      const many = Math.min(perChunk, length - position);
      await project(Array.from({ length: many }, (_, n) => further(position + n)));
    }
    const { user, system } = process.cpuUsage();
    for (let n = 0; n < measured; n++) await project([further(length + n)]);
    const spent = process.cpuUsage({ user, system });
    await expectAll(store, length + measured);
    await store.close();
    return (spent.user + spent.system) / 1_000 / measured;
  });

/** Throws unless the store has one visit that holds everything. */
async function expectAll(store, batches) {
  const day = new Date(begins).toISOString().slice(0, 10);
  const asked = { range: { from: day, to: day }, filters: [], now: begins, limit: 2, cursor: null };
  const { sessions } = await store.queries.sessions({ site: site.id, ...asked });
  const views = Math.ceil(batches / perView);
  const [{ pageViews, clicks } = {}] = sessions;
  if (sessions.length === 1 && pageViews === views && clicks === batches - views) return;
  throw new Error(`of ${views} page views in ${batches} batches, the store has ${JSON.stringify(sessions)}`);
}

/** What a visit's length costs its next batch. */
export async function longVisit({ print }) {
  print(`long-visit: five rounds of visits of ${lengths.join(", ")} batches`);
  const medians = await interleave(Object.fromEntries(lengths.map((length) => [length, after(length)])));
  const shortest = medians[lengths[0]];
  return {
    title: "Long visits",
    intro: `Processor time of one further batch, in a chunk of its own, of a visit that has so many batches in the SQLite store already: a click every two seconds, with a page view for each ${perView} batches. Medians of five rounds in turn. Afterwards the store has one visit, with every page view and click.`,
    columns: ["batches of the visit", "CPU for one more", "beside the shortest"],
    rows: lengths.map((length) => [
      length.toLocaleString("en"),
      `${medians[length].toFixed(2)} ms`,
      `${(medians[length] / shortest).toFixed(2)} ×`,
    ]),
    notes: ["Nearly all of it is the transaction of a chunk, which otherwise holds up to 500 batches."],
  };
}
