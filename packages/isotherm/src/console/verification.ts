import type { VerifiedJournal } from "@isotherm/journal/file";
import { size } from "./size.js";
import { table } from "./table.js";
import type { Paint } from "./terminal.js";

/** What a check of every byte found, as lines for a person. */
export function verification(
  { folder, segments, records, bytes, damage, whole }: VerifiedJournal & { readonly folder: string },
  paint: Paint,
): readonly string[] {
  const torn = whole && damage.length > 0;
  const verdict = whole ? `whole${torn ? ", but for a torn end that was never acknowledged" : ""}` : "damaged";
  return [
    paint.bold(folder),
    ...table([
      ...segments.map((segment) => [
        `  ${segment.file}`,
        count(segment.records, "record"),
        size(segment.bytes),
        segment.damage.length === 0 ? "whole" : count(segment.damage.length, "range"),
      ]),
      ["  total", count(records, "record"), size(bytes), whole ? verdict : paint.bad(verdict)],
    ]),
    ...damage.map(({ file, from, to, reason }) => {
      const line = `  ${file}: bytes ${from} to ${to}, ${reason}`;
      return reason === "torn" ? line : paint.bad(line);
    }),
    "",
  ];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
