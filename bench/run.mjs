import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeBlock } from "../scripts/generated-block.mjs";
import { run, tool } from "../scripts/run.mjs";
import { machine } from "./machine.mjs";
import { benchmarksPage, textOf } from "./page.mjs";
import { textTable } from "./table.mjs";

/** In the order of the page. Each folder's index exports a function of its name, in camel case, which resolves to a section. */
const names = [
  "journal",
  "size",
  "page-cost",
  "delivery",
  "relay",
  "ingest",
  "long-visit",
  "query",
  "query-postgres",
  "query-beside",
];
const data = new URL("results.json", import.meta.url);
const page = new URL("../docs/benchmarks.md", import.meta.url);

const usage = `pnpm bench [${names.join("] [")}] [--events N] [--batches N]`;

/**
 * A section: plain data for the page and the terminal. One with a `block` fills that of another page instead.
 *
 * @typedef {{ title: string, intro: string, columns: string[], rows: string[][], notes: string[], block?: { page: string, name: string } }} Section
 */

/** What earlier runs left, by name: a run of chosen sections replaces only those, and each keeps its date and machine. */
async function earlier() {
  try {
    return JSON.parse(await readFile(data, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
}

function chosen() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { events: { type: "string" }, batches: { type: "string" } },
  });
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no section ${unknown}; ${usage}`);
  const count = (name, fallback) => {
    const number = Number(values[name] ?? fallback);
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Error(`--${name} has to be a whole number above 0; ${usage}`);
    return number;
  };
  const events = count("events", 1_000_000);
  const batches = count("batches", 200_000);
  return { events, batches, wanted: names.filter((name) => positionals.length === 0 || positionals.includes(name)) };
}

try {
  const { events, batches, wanted } = chosen();
  const print = (line) => process.stderr.write(`${line}\n`);
  for (const name of wanted) {
    const exported = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const { [exported]: measure } = await import(`./${name}/index.mjs`);
    const section = await measure({ print, events, batches });
    process.stdout.write(`\n${section.title}\n\n${textTable(section.columns, section.rows)}\n`);
    // Written after each, so that a later one's failure does not cost what was measured.
    const sections = {
      ...(await earlier()),
      [name]: { date: new Date().toISOString().slice(0, 10), ...machine(), ...section },
    };
    await writeFile(data, `${JSON.stringify(sections, null, 2)}\n`);
    const { block } = section;
    if (block) await writeBlock(block.page, block.name, textOf(sections[name]));
    const there = names.flatMap((each) => (each in sections && !sections[each].block ? [sections[each]] : []));
    await writeFile(page, benchmarksPage(there));
    await run(tool("biome"), ["format", "--write", fileURLToPath(page)]);
  }
} catch (error) {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exitCode = 1;
}
