import { existsSync, readFileSync } from "node:fs";
import { markdownTable } from "../bench/table.mjs";
import { writeBlock } from "./generated-block.mjs";
import { root } from "./run.mjs";

/** What the exactness drills have left, each engine's the last of its own. */
const file = `${root}e2e/exactness/results.json`;

/**
 * What one engine's drill counted, in the order of the scenarios; `window` in milliseconds.
 *
 * @typedef {{ scenario: string, reason: string } | { scenario: string, produced: number, lost: number, twice: number, window: number, excuse?: string }} Row
 * @typedef {{ version: string, date: string, full: boolean, remark?: string, rows: Row[] }} Engine
 */

/** Writes the engines' block of docs/delivery.md from what the drills have left. */
export async function writeEngines() {
  if (!existsSync(file)) return;
  /** @type {[string, Engine][]} */
  const engines = Object.entries(JSON.parse(readFileSync(file, "utf8")));
  const scenarios = new Set(engines.flatMap(([, { rows }]) => rows.map(({ scenario }) => scenario)));
  const columns = ["scenario", ...engines.map(([name, { version }]) => `${name} ${version}`)];
  const rows = [...scenarios].map((scenario) => [
    scenario,
    ...engines.map(([, engine]) => cell(engine.rows.find((row) => row.scenario === scenario))),
  ]);
  const dates = engines
    .map(
      ([name, { date, full }]) =>
        `${name} on ${date}${full ? "" : " as in npm test, with shorter faults and fewer rows"}`,
    )
    .join(", ");
  const text = [
    `Produced · lost · twice, over all times that a scenario was played; in brackets the window; an empty cell was not played. Counted with ${dates}.`,
    markdownTable(columns, rows),
    ...remarks(engines).map((remark) => `- ${remark}`),
  ];
  await writeBlock(
    "docs/delivery.md",
    "engines",
    text.join("\n\n").replaceAll("\n\n- ", "\n- ").replace("\n- ", "\n\n- "),
  );
}

/** @param {Row | undefined} row */
function cell(row) {
  if (row === undefined) return "";
  if ("reason" in row) return "n/a";
  const { produced, lost, twice, window } = row;
  return `${produced} · ${lost}${lost > 0 && window > 0 ? ` (${window} ms)` : ""} · ${twice}`;
}

/** Why something is not there, and what is otherwise than it says. @param {[string, Engine][]} engines */
function remarks(engines) {
  return engines.flatMap(([name, { remark, rows }]) => {
    const missing = byReason(rows, (row) => ("reason" in row ? row.reason : undefined));
    const excused = byReason(rows, (row) => ("excuse" in row && row.lost > 0 ? row.excuse : undefined));
    return [
      ...missing.map(([reason, those]) => `n/a in ${name} (${those}): ${reason}.`),
      ...excused.map(([reason, those]) => `Lost in ${name} (${those}), within the window: ${reason}.`),
      ...(remark ? [`${remark}.`] : []),
    ];
  });
}

/**
 * Reasons, each with the scenarios that it is given for.
 *
 * @param {Row[]} rows
 * @param {(row: Row) => string | undefined} reasonOf
 * @returns {[string, string][]}
 */
function byReason(rows, reasonOf) {
  const reasons = new Set(rows.flatMap((row) => reasonOf(row) ?? []));
  return [...reasons].map((reason) => {
    const those = rows.filter((row) => reasonOf(row) === reason).map(({ scenario }) => scenario);
    return [reason, those.join(", ")];
  });
}
