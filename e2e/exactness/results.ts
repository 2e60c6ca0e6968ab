import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { full } from "../kit/effort.js";
import { root } from "../kit/process.js";
import { type Column, rowsOf } from "./table.js";

const file = `${root}e2e/exactness/results.json`;

/** Keeps an engine's column beside the others' for docs/delivery.md, with the day on which it was counted. */
export function keep(column: Column): void {
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const { engine, version, remark } = column;
  const date = new Date().toISOString().slice(0, 10);
  const results = { ...earlier, [engine]: { version, date, full, remark, rows: rowsOf(column) } };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
