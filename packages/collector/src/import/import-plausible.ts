import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CollectorError } from "../collector-error.js";
import type { ImportedRow } from "../store/imported.js";
import { csvRows } from "./csv-rows.js";
import { type DaysImportOptions, type DaysImportReport, daySums, readCount, readDay } from "./day-sums.js";
import { browserWord, countryWord, deviceWord, orNotSet, pageWord, sourceWord, systemWord } from "./words.js";

type Line = { readonly [column: string]: string };
type Value = readonly [dimension: ImportedRow["dimension"], value: string];

/** One kind of Plausible's files. */
interface Table {
  /** The values of a line, each of a dimension. */
  readonly values: (line: Line) => readonly Value[];
  /** The columns of visits and of views, where they are called otherwise; null where there are none. */
  readonly visits?: string;
  readonly pageViews?: string;
  /** Whether bounces and duration are told. @default true */
  readonly rated?: boolean;
}

const versioned = (name: string, version: string): string => orNotSet(version === "" ? "" : `${name} ${version}`);
const whole = (version = ""): string => /^[\w-]+/.exec(version)?.[0] ?? "";

/**
 * Plausible's tables, by the names of their files. Cities are GeoName numbers there and regions codes, which are texts here:
 * they cannot be added up. https://plausible.io/docs/csv-import#csv-format-guidelines
 */
const tables: { readonly [name: string]: Table } = {
  visitors: { values: () => [["all", ""]] },
  sources: {
    values: (line) => [
      ["source", sourceWord(line.source ?? "")],
      ["referrer", orNotSet(line.referrer ?? "")],
      ["medium", orNotSet(line.utm_medium ?? "")],
      ["campaign", orNotSet(line.utm_campaign ?? "")],
      ["content", orNotSet(line.utm_content ?? "")],
      ["term", orNotSet(line.utm_term ?? "")],
    ],
  },
  pages: { values: (line) => [["page", pageWord(line.page ?? "")]], rated: false },
  entry_pages: { values: (line) => [["entry", pageWord(line.entry_page ?? "")]], visits: "entrances" },
  exit_pages: { values: (line) => [["exit", pageWord(line.exit_page ?? "")]], visits: "exits" },
  // Of an event they tell no visits: at least one for each visitor.
  custom_events: {
    values: (line) => [["event", orNotSet(line.name ?? "")]],
    visits: "visitors",
    pageViews: "events",
    rated: false,
  },
  locations: { values: (line) => [["country", countryWord(line.country ?? "")]] },
  devices: { values: (line) => [["device", deviceWord(line.device ?? "")]] },
  browsers: {
    values: (line) => {
      const name = browserWord(line.browser ?? "");
      return [
        ["browser", name],
        ["browserVersion", versioned(name, whole(line.browser_version))],
      ];
    },
  },
  operating_systems: {
    values: (line) => {
      const name = systemWord(line.operating_system ?? "");
      return [
        ["system", name],
        ["systemVersion", versioned(name, line.operating_system_version ?? "")],
      ];
    },
  },
};

const fileName = /^imported_(\w+?)_\d{8}_\d{8}\.csv$/;

/**
 * Stores what Plausible counted, day by day, out of the folder that its export unpacks to. Importing again replaces what was
 * there of a day. Rejects with `site_unknown`, and with `import_invalid` where the folder has no such files.
 */
export async function importPlausible(
  options: DaysImportOptions & { /** Where `imported_visitors_…csv` and its like lie. */ readonly folder: string },
): Promise<DaysImportReport> {
  const { store, site, folder, onProgress = () => undefined } = options;
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CollectorError("import_invalid", `${folder} is no folder that can be read`, { cause });
  });
  const files = names.filter((name) => fileName.test(name)).sort();
  if (files.length === 0)
    throw new CollectorError("import_invalid", `${folder} has no files of Plausible's, as imported_visitors_….csv`);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const sums = daySums(store, site, "plausible");
  const unused: string[] = [];
  let done = 0;
  const read = (bytes: number): void => {
    done += bytes;
    onProgress(done, total);
  };
  for (const name of files) {
    const table = tables[fileName.exec(name)?.[1] ?? ""];
    if (!table) {
      unused.push(name);
      continue;
    }
    let header: readonly string[] | null = null;
    for await (const row of csvRows(join(folder, name), read)) {
      if (header === null) {
        header = row;
        continue;
      }
      if (row.length === 1 && row[0] === "") continue;
      sums.line();
      const line = Object.fromEntries(header.map((column, n) => [column, row[n] ?? ""]));
      const counted = countedOf(line, table);
      const day = readDay(line.date ?? "");
      if (day === null || counted === null) sums.fault();
      else for (const [dimension, value] of table.values(line)) await sums.add(dimension, day, value, counted);
    }
  }
  return sums.finish(unused);
}

/** All columns are optional there; what stands in one has to be a number. */
function countedOf(
  line: Line,
  { visits = "visits", pageViews = "pageviews", rated = true }: Table,
): Omit<ImportedRow, "dimension" | "day" | "value"> | null {
  const read = (column: string): number | null => readCount(line[column] ?? "0");
  const [visitors, count, views] = [read("visitors"), read(visits), read(pageViews)];
  const [bounces, seconds] = rated ? [read("bounces"), read("visit_duration")] : [0, 0];
  if (visitors === null || count === null || views === null || bounces === null || seconds === null) return null;
  return { visitors, visits: count, rated: rated ? count : 0, pageViews: views, bounces, duration: seconds * 1_000 };
}
