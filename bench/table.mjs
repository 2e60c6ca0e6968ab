/** The first column names the row; another one that holds numbers only stands to the right. */
const isNumeric = (rows, at) => at > 0 && rows.every((row) => row[at] === "" || /^[–\d]/.test(row[at]));

/** A table for a terminal: numbers to the right, text to the left. */
export function textTable(columns, rows) {
  const widths = columns.map((_, at) => Math.max(...[columns, ...rows].map((row) => row[at].length)));
  const right = columns.map((_, at) => isNumeric(rows, at));
  const line = (row) =>
    row
      .map((cell, at) => (right[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join("  ")
      .trimEnd();
  return [columns, ...rows].map(line).join("\n");
}

/** The same table for a page. */
export function markdownTable(columns, rows) {
  const escaped = (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const dashes = columns.map((_, at) => (isNumeric(rows, at) ? "--:" : "---"));
  return [escaped(columns), `| ${dashes.join(" | ")} |`, ...rows.map(escaped)].join("\n");
}
