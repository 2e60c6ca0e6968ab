import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine } from "../../../src/api/export/csv.js";

/** Reads CSV as RFC 4180 has it: quotes are doubled inside quotes, a line ends with CR and LF. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  for (let i = 0; i < text.length; i++) {
    const at = text[i] as string;
    if (quoted) {
      if (at !== '"') cell += at;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (at === '"') quoted = true;
    else if (at === "," || (at === "\r" && text[i + 1] === "\n")) {
      row.push(cell);
      cell = "";
      if (at === ",") continue;
      rows.push(row);
      row = [];
      i++;
    } else cell += at;
  }
  return rows;
}

describe("a line of CSV", () => {
  test("says every text back, but for the apostrophe before what would be a formula", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 2 })), (rows) => {
        const text = rows.map(csvLine).join("");
        const read = readCsv(text).map((row) =>
          row.map((cell) => (/^'[=+\-@\t\r\n＝＋－＠]/u.test(cell) ? cell.slice(1) : cell)),
        );
        const plain = rows.map((row) =>
          row.map((cell) => (/^'[=+\-@\t\r\n＝＋－＠]/u.test(cell) ? cell.slice(1) : cell)),
        );
        expect(read).toEqual(plain);
      }),
    );
  });

  test.each(["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1"])(
    "never begins a text of a visitor's with a formula: %j",
    (text) => {
      const [[cell]] = readCsv(csvLine([text])) as [[string]];
      expect(cell).toBe(`'${text}`);
    },
  );

  test("leaves numbers as they are, and nothing where nothing is", () => {
    expect(csvLine([-1, 0.5, true, null, "", 'a "b", c', { plan: "pro" }])).toBe(
      '-1,0.5,true,,,"a ""b"", c","{""plan"":""pro""}"\r\n',
    );
  });
});
