import { stat } from "node:fs/promises";
import { CollectorError } from "../collector-error.js";
import type { ImportedRow } from "../store/imported.js";
import { csvRows } from "./csv-rows.js";
import { type DaysImportOptions, type DaysImportReport, daySums, readCount, readDay } from "./day-sums.js";
import {
  browserWord,
  countryOfName,
  countryWord,
  deviceWord,
  orNotSet,
  pageWord,
  sourceWord,
  systemWord,
} from "./words.js";

type Value = readonly [dimension: ImportedRow["dimension"], value: string];

/** GA4's dimensions by the names of their columns (https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema). */
const dimensions: { readonly [column: string]: (value: string) => readonly Value[] } = {
  "page path": (value) => [["page", pageWord(value)]],
  "page path and screen class": (value) => [["page", pageWord(value)]],
  "page path + query string": (value) => [["page", pageWord(value)]],
  "landing page": (value) => [["entry", pageWord(value)]],
  "landing page + query string": (value) => [["entry", pageWord(value)]],
  "session source": (value) => [["source", sourceWord(value)]],
  "session medium": (value) => [["medium", orNotSet(value)]],
  "session campaign": (value) => [["campaign", orNotSet(value)]],
  "session source / medium": (value) => {
    const [source = "", medium = ""] = value.split(" / ");
    return [
      ["source", sourceWord(source)],
      ["medium", orNotSet(medium)],
    ];
  },
  country: (value) => [["country", countryOfName(value)]],
  "country id": (value) => [["country", countryWord(value)]],
  "device category": (value) => [["device", deviceWord(value)]],
  browser: (value) => [["browser", browserWord(value)]],
  "operating system": (value) => [["system", systemWord(value)]],
  "event name": (value) => [["event", orNotSet(value)]],
};

/** Its metrics; of several for one of ours the first that a table has. Its bounce is another, and is not taken. */
const metrics: { readonly [metric in "visitors" | "visits" | "pageViews"]: readonly string[] } = {
  visitors: ["total users", "active users", "users"],
  visits: ["sessions"],
  pageViews: ["views", "screen page views"],
};

/** A table with a day and one dimension, or none, in each of its lines. */
interface Table {
  readonly day: number;
  readonly dimension: { readonly at: number; readonly valuesOf: (value: string) => readonly Value[] } | null;
  readonly columns: readonly (readonly [metric: keyof typeof metrics, at: number])[];
}

/**
 * Stores what Google Analytics 4 counted, day by day, out of a CSV file that its reports or explorations download: tables
 * under lines of comment, each with a column `Date`, and at most one dimension more. Visitors, sessions and views are taken;
 * other tables are named in the report. Importing again replaces what was there of a day. Rejects with `site_unknown`, and
 * with `import_invalid` where the file cannot be read or has no such table.
 */
export async function importGa4(
  options: DaysImportOptions & { /** As it was downloaded. */ readonly file: string },
): Promise<DaysImportReport> {
  const { store, site, file, onProgress = () => undefined } = options;
  const total = await stat(file).then(
    ({ size }) => size,
    (cause: unknown) => {
      throw new CollectorError("import_invalid", `${file} cannot be read`, { cause });
    },
  );
  const sums = daySums(store, site, "ga4");
  const unused: string[] = [];
  let header: readonly string[] | null = null;
  let table: Table | null = null;
  let [done, used] = [0, 0];
  const read = (bytes: number): void => {
    done += bytes;
    onProgress(done, total);
  };
  for await (const row of csvRows(file, read)) {
    const [first = ""] = row;
    if (row.every((cell) => cell === "") || first.startsWith("#")) {
      [header, table] = [null, null];
      continue;
    }
    if (header === null) {
      header = row;
      table = tableOf(row);
      if (table) used++;
      else unused.push(row.join(", "));
      continue;
    }
    // A line of totals stands under the header of explorations, without a day.
    if (!table || row[table.day] === "") continue;
    sums.line();
    const day = readDay(row[table.day] ?? "");
    const counted = table.columns.map(([metric, at]) => [metric, readCount(row[at])] as const);
    if (day === null || counted.some(([, count]) => count === null)) {
      sums.fault();
      continue;
    }
    const numbers = Object.fromEntries(counted) as { [metric in keyof typeof metrics]?: number };
    const values = table.dimension?.valuesOf(row[table.dimension.at] ?? "") ?? [["all", ""] as const];
    for (const [dimension, value] of values) await sums.add(dimension, day, value, numbers);
  }
  if (used === 0)
    throw new CollectorError("import_invalid", `${file} has no table of Google Analytics 4 with a column Date`);
  return sums.finish(unused);
}

/** Null for a table that says no days, or of which nothing can be added up. */
function tableOf(header: readonly string[]): Table | null {
  const names = header.map((name) => name.trim().toLowerCase());
  const day = names.indexOf("date");
  const event = names.includes("event name");
  const columns = Object.entries(metrics).flatMap(([metric, wanted]): Table["columns"] => {
    // How often an event happened stands where views of a page do.
    const found = (event && metric === "pageViews" ? ["event count"] : wanted).find((name) => names.includes(name));
    return found === undefined ? [] : [[metric as keyof typeof metrics, names.indexOf(found)]];
  });
  const others = names.flatMap((name, at) =>
    dimensions[name] === undefined ? [] : [{ at, valuesOf: dimensions[name] }],
  );
  // A dimension that is not known here cuts its days into parts that nobody could name.
  const numeric = new Set([...Object.values(metrics).flat(), "event count", "date"]);
  const strange = names.some((name) => dimensions[name] === undefined && !numeric.has(name) && !measured.test(name));
  if (day < 0 || columns.length === 0 || others.length > 1 || strange) return null;
  return { day, dimension: others[0] ?? null, columns };
}

/** What is a number in GA4's tables without being one of those that are taken. */
const measured =
  /(?:users?|sessions?|rate|time|duration|count|revenue|per |events|conversions|purchases|value|average|total|views)/;
