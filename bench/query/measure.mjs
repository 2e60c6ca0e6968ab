import { tmpdir } from "node:os";
import { join } from "node:path";
import { client } from "./client.mjs";
import { expectTotals } from "./expect-totals.mjs";
import { generate } from "./fill.mjs";
import { addressOf, groups } from "./questions.mjs";
import { at, section } from "./section.mjs";

const seed = 1;
const warmUps = 2;
const rounds = 5;

/**
 * Fills a place, where it is not filled yet, and asks a collector on it everything. Resolves to a section with this title;
 * to what `on` gives where there is no such place.
 *
 * @param {{ print: (line: string) => void, events: number, name: string, title: string, folder: string, on: typeof import("./on-sqlite.mjs").onSqlite }} options
 */
export async function measureQueries({ print, events, name, title, folder, on }) {
  const kept = process.env.ISOTHERM_BENCH_FOLDER ?? join(tmpdir(), "query-bench-data");
  const out = join(kept, `${events}-${folder}`);
  const say = (line) => print(`${name}: ${line}`);
  return on(out, async (place) => {
    say(`visits for about ${events.toLocaleString("en")} events in ${out}`);
    const manifest = await generate({ place, events, seed, out, print: slowly(say) });
    const asked = await askAll(place, manifest, say);
    return section({ title, product: place.product, manifest, disk: await place.disk(), warmUps, rounds, ...asked });
  });
}

async function askAll(place, manifest, say) {
  const server = await client(place);
  const scan = place.scanner();
  try {
    const agreed = await expectTotals(server.ask, manifest);
    say(`${agreed} numbers are what the generator made; asking`);
    const asked = groups(await placesIn(server.ask)).map((group) => ({ ...group, times: [], cpu: [], server: [] }));
    const scans = [];
    for (let round = 0; round < warmUps + rounds; round++) {
      for (const { paths, times, cpu, server: ofServer } of asked) {
        for (const path of paths) {
          const before = await server.usage();
          const { ms } = await server.ask(path);
          const after = await server.usage();
          if (round < warmUps) continue;
          times.push(ms);
          cpu.push(after.cpu - before.cpu + after.server - before.server);
          ofServer.push(after.server - before.server);
        }
      }
      if (round >= warmUps) scans.push(await scan.scan());
    }
    const { memory } = await server.usage();
    return { asked, memory, unit: at(scans, 0.5), agreed };
  } finally {
    scan.close();
    await server.close();
  }
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
function slowly(say) {
  let shown = performance.now();
  return (line) => {
    if (performance.now() - shown < 20_000) return;
    shown = performance.now();
    say(line);
  };
}
