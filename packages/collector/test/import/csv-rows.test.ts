import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows } from "../../src/import/csv-rows.js";
import { temporaryFolder } from "../running.js";

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

async function rowsOf(text: string | Uint8Array): Promise<readonly (readonly string[])[]> {
  const file = join(await temporaryFolder(), "some.csv");
  await writeFile(file, text);
  const rows: (readonly string[])[] = [];
  let bytes = 0;
  for await (const row of csvRows(file, (more) => (bytes += more))) rows.push(row);
  expect(bytes).toBe(Buffer.byteLength(text));
  return rows;
}

describe("a CSV file", () => {
  test("is read back as it was written, whatever stands in its cells and ends its lines", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", "😀", '"', ",", "\n", "\r", " ") });
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), async (rows, end) => {
        const text = rows.map((row) => row.map(quoted).join(",") + end).join("");
        expect(await rowsOf(text)).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  test("may have bare cells, a mark at its start, empty lines, and no end to its last line", async () => {
    expect(await rowsOf('\uFEFFdate,"n"\n\n2023-02-09,1')).toEqual([["date", "n"], [""], ["2023-02-09", "1"]]);
  });

  test("is read across the pieces that it comes in", async () => {
    const long = "é".repeat(100_000);
    expect(await rowsOf(`${quoted(long)},${long}\r\n`)).toEqual([[long, long]]);
  });
});
