import type { Difference } from "./tally.js";

/** What became of one scenario as it was played once, or why it could not be played. */
export type Cell = { readonly scenario: string } & (
  | { readonly reason: string }
  | (Difference & {
      /** Milliseconds between the oldest event that was lost and the abrupt end. */
      readonly window: number;
      /** Why to leave a page was an abrupt end. */
      readonly excuse?: string | undefined;
    })
);

/** All that was counted in one engine. */
export interface Column {
  readonly engine: string;
  readonly version: string;
  /** What the engine does otherwise than the scenarios say. */
  readonly remark?: string | undefined;
  readonly cells: readonly Cell[];
}

/** One scenario's numbers over all times that it was played; `window` in ms, 0 where nothing was lost. */
export type Row = { readonly scenario: string } & (
  | { readonly reason: string }
  | {
      readonly produced: number;
      readonly lost: number;
      readonly twice: number;
      readonly window: number;
      readonly excuse?: string | undefined;
    }
);

/** A column's rows, in the order of its cells. */
export function rowsOf({ cells }: Column): Row[] {
  return [...new Set(cells.map(({ scenario }) => scenario))].map((scenario) => {
    const played = cells.filter((cell) => cell.scenario === scenario);
    const [first] = played;
    if (first && "reason" in first) return { scenario, reason: first.reason };
    const counted = played.flatMap((cell) => ("reason" in cell ? [] : [cell]));
    const sum = (of: (cell: (typeof counted)[number]) => number): number =>
      counted.reduce((all, cell) => all + of(cell), 0);
    return {
      scenario,
      produced: sum(({ produced }) => produced),
      lost: sum(({ lost }) => lost.length),
      twice: sum(({ twice }) => twice.length),
      window: Math.round(Math.max(...counted.map(({ window }) => window))),
      excuse: counted[0]?.excuse,
    };
  });
}

/** A column for people, and below it the reasons of what was not played. */
export function table(column: Column): string {
  const rows = rowsOf(column);
  const lines = [
    ["scenario", "produced", "lost", "twice", "window"],
    ...rows.map((row) =>
      "reason" in row
        ? [row.scenario, "n/a", "", "", ""]
        : [row.scenario, `${row.produced}`, `${row.lost}`, `${row.twice}`, row.window ? `${row.window} ms` : ""],
    ),
  ];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  const reasons = new Set(
    rows.flatMap((row) => {
      if ("reason" in row) return [`n/a: ${row.reason}`];
      return row.excuse && row.lost > 0 ? [`lost: ${row.excuse}`] : [];
    }),
  );
  return [
    "",
    `exactness in ${column.engine} ${column.version}`,
    ...lines.map((line) =>
      line.map((text, at) => (at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0))).join("  "),
    ),
    ...reasons,
    ...(column.remark ? [column.remark] : []),
    "",
  ].join("\n");
}
