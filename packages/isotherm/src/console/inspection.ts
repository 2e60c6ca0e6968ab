import type { JournalStats } from "@isotherm/journal";
import { size } from "./size.js";
import { table } from "./table.js";
import type { Paint } from "./terminal.js";

/** A record without its content. */
export interface LastRecord {
  readonly position: number;
  readonly id: string;
  readonly bytes: number;
}

/** What was seen in a journal. */
export interface Inspection {
  readonly folder: string;
  readonly stats: JournalStats;
  /** Records that could be read. */
  readonly read: number;
  readonly last: readonly LastRecord[];
}

/** What was seen, as lines for a person. */
export function inspection({ folder, stats, read, last }: Inspection, paint: Paint, now: number): readonly string[] {
  const { bytes, records, first, oldestAt, dropped, damage, tally, readers } = stats;
  const newest = stats.last;
  const age = oldestAt === null ? "" : `, the oldest ${span(now - oldestAt)} old`;
  return [
    paint.bold(folder),
    `Kept      ${records} records, ${size(bytes)}${age}`,
    records === 0 ? `Places    up to ${newest}` : `Places    ${first} to ${newest}`,
    ...(read === records ? [] : [paint.bad(`Read      ${read} records; ${records - read} could not be`)]),
    ...(dropped === 0 ? [] : [paint.bad(`Dropped   ${dropped} records that not every reader had passed`)]),
    "",
    paint.bold("Readers"),
    ...orNone(
      table(
        Object.entries(readers).map(([name, { position, tally: own }]) => [
          `  ${name}`,
          `at ${position}`,
          `${newest - position} behind`,
          counters(own),
        ]),
      ),
    ),
    "",
    paint.bold("Counters"),
    ...orNone(table(Object.entries(tally).map(([name, count]) => [`  ${name}`, String(count)]))),
    "",
    paint.bold("Damage"),
    ...orNone(damage.map(({ file, from, to, reason }) => paint.bad(`  ${file}: bytes ${from} to ${to}, ${reason}`))),
    "",
    paint.bold("Last records"),
    ...orNone(table(last.map(({ position, id, bytes: own }) => [`  ${position}`, id, size(own)]))),
  ];
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ["  none"] : lines;
}

function counters(tally: { readonly [name: string]: number }): string {
  return Object.entries(tally)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 2) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
