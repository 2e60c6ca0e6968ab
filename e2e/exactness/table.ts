import type { Difference } from "./tally.js";

/** What became of one scenario in one engine, or why it could not be played there. */
export type Cell = { readonly scenario: string; readonly engine: string } & (
  | { readonly reason: string }
  | (Difference & {
      /** Milliseconds between the oldest event that was lost and the abrupt end. */
      readonly window: number;
    })
);

/** All that was counted, for people: `scenarios` as rows, engines side by side, and below it the reasons of what was not played. */
export function table(scenarios: readonly string[], cells: readonly Cell[]): string {
  const engines = [...new Set(cells.map(({ engine }) => engine))];
  const numbers = ["produced", "stored", "lost", "twice"];
  const rows = [
    ["scenario", ...engines.flatMap((engine) => numbers.map((name, i) => (i === 0 ? `${engine}: ${name}` : name)))],
    ...scenarios.map((scenario) => [
      scenario,
      ...engines.flatMap((engine) =>
        read(cells.filter((cell) => cell.engine === engine && cell.scenario === scenario)),
      ),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const reasons = new Set(cells.flatMap((cell) => ("reason" in cell ? [`n/a in ${cell.engine}: ${cell.reason}`] : [])));
  return ["", ...lines, ...reasons, ""].join("\n");
}

function read(cells: readonly Cell[]): string[] {
  const played = cells.flatMap((cell) => ("reason" in cell ? [] : [cell]));
  if (!played[0]) return [cells[0] ? "n/a" : "not played to its end", "", "", ""];
  const total = (of: (cell: (typeof played)[number]) => number): number =>
    played.reduce((sum, cell) => sum + of(cell), 0);
  const lost = total((cell) => cell.lost.length);
  const window = Math.max(...played.map((cell) => cell.window));
  return [
    `${total(({ produced }) => produced)}`,
    `${total(({ stored }) => stored)}`,
    // Of an abrupt end: how far back the oldest of them lies.
    lost && Number.isFinite(window) ? `${lost} (${Math.round(window)} ms)` : `${lost}`,
    `${total(({ twice }) => twice.length)}`,
  ];
}
