import type { ImportedRow, ImportOrigin } from "../store/imported.js";
import type { Store } from "../store/store.js";

/** What an import of another tool's days did, in rows of days and values. */
export interface DaysImportReport {
  /** Lines of its files. */
  readonly rows: number;
  readonly stored: number;
  /** Left out: of days from the site's first visit of its own on, and lines that could not be read. */
  readonly own: number;
  readonly invalid: number;
  /** The day of the site's first visit of its own; null where there is none. */
  readonly begins: string | null;
  /** First and last day that was stored; null where none was. */
  readonly from: string | null;
  readonly to: string | null;
  /** Files, or tables in one, that have nothing that can be added up, by name. */
  readonly unused: readonly string[];
}

/** Where an import of another tool's days goes. */
export interface DaysImportOptions {
  readonly store: Store;
  /** The site's id. */
  readonly site: string;
  /** Is told how many of how many bytes are read. @default nobody */
  readonly onProgress?: (done: number, total: number) => void;
}

type Counted = Pick<ImportedRow, "visitors" | "visits" | "rated" | "pageViews" | "bounces" | "duration">;

/** Adds up rows by dimension, day and value, and stores them a part at a time. */
export interface DaySums {
  add(dimension: ImportedRow["dimension"], day: string, value: string, counted: Partial<Counted>): Promise<void>;
  /** A line that could not be read. */
  fault(): void;
  /** A line was read. */
  line(): void;
  /** Stores what is left. */
  finish(unused: readonly string[]): Promise<DaysImportReport>;
}

/** Sums that lie in memory at once. */
const atOnce = 10_000;

export function daySums(store: Pick<Store, "putImported">, site: string, origin: ImportOrigin): DaySums {
  let sums = new Map<string, { -readonly [field in keyof ImportedRow]: ImportedRow[field] }>();
  const begun = new Set<string>();
  let [rows, stored, own, invalid] = [0, 0, 0, 0];
  let begins: string | null = null;
  let [from, to]: [string | null, string | null] = [null, null];

  const flush = async (): Promise<void> => {
    const part = [...sums.values()];
    sums = new Map();
    // What an import before brought of a day goes when the first of this one comes.
    const anew = new Map(part.map(({ dimension, day }) => [`${dimension} ${day}`, [dimension, day] as const]));
    for (const known of begun) anew.delete(known);
    for (const name of anew.keys()) begun.add(name);
    const report = await store.putImported({ site, origin, anew: [...anew.values()], rows: part });
    stored += report.stored;
    own += report.own;
    begins = report.begins;
    for (const { day } of part) {
      if (begins !== null && day >= begins) continue;
      if (from === null || day < from) from = day;
      if (to === null || day > to) to = day;
    }
  };

  return {
    async add(dimension, day, value, counted) {
      const key = JSON.stringify([dimension, day, value]);
      const nothing = { visitors: 0, visits: 0, rated: 0, pageViews: 0, bounces: 0, duration: 0 };
      const sum = sums.get(key) ?? { dimension, day, value, ...nothing };
      for (const [name, count] of Object.entries(counted) as [keyof Counted, number][]) sum[name] += count;
      sums.set(key, sum);
      if (sums.size >= atOnce) await flush();
    },
    fault() {
      invalid++;
    },
    line() {
      rows++;
    },
    async finish(unused) {
      await flush();
      return { rows, stored, own, invalid, begins, from, to, unused };
    },
  };
}

/** A local day as `2026-11-21`, out of that or `20261121`; null for what is none. */
export function readDay(text: string): string | null {
  const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  const day = `${year}-${month}-${date}`;
  const at = Date.parse(day);
  // Some engines take 31 February for 3 March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : day;
}

/** A whole number from 0 up; null for what is none. */
export function readCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
