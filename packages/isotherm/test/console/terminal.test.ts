import { describe, expect, test } from "vitest";
import { progress } from "../../src/console/progress.js";
import { size } from "../../src/console/size.js";
import { table } from "../../src/console/table.js";
import { colourful, paint, type Terminal } from "../../src/console/terminal.js";

function fakeTerminal(live: boolean): Terminal & { readonly notes: string[]; readonly drawn: string[] } {
  const notes: string[] = [];
  const drawn: string[] = [];
  return {
    notes,
    drawn,
    live,
    watched: live,
    paint: paint(false),
    print: () => {},
    note: (line) => notes.push(line),
    redraw: (line) => drawn.push(line),
  };
}

describe("colourful", () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ TERM: "dumb" }, true, false],
  ])("with %j, watched %s, is %s", (environment, watched, on) => {
    expect(colourful(environment, watched)).toBe(on);
  });
});

describe("progress", () => {
  test("redraws one line where a person watches", () => {
    let now = 0;
    const terminal = fakeTerminal(true);
    const bar = progress(terminal, "Reading", () => now);
    for (const done of [10, 20, 100]) {
      now += 100;
      bar.step(done, 100, `${done} records`);
    }
    bar.end("Read 100 records.");
    expect(terminal.drawn.map((line) => line.replace(/[█░]+ /, ""))).toEqual([
      "Reading  10 %  10 records",
      "Reading  20 %  20 records",
      "Reading 100 %  100 records",
      "",
    ]);
    expect(terminal.notes).toEqual(["Read 100 records."]);
  });

  test("prints a plain line every two seconds where nobody does", () => {
    let now = 0;
    const terminal = fakeTerminal(false);
    const bar = progress(terminal, "Reading", () => now);
    for (let done = 1; done <= 50; done++) {
      now += 100;
      bar.step(done, 100);
    }
    expect(terminal.notes).toEqual(["Reading  20 %", "Reading  40 %"]);
  });
});

describe("table", () => {
  test("sets columns two spaces apart", () => {
    expect(
      table([
        ["a", "long", "x"],
        ["longer", "b", ""],
      ]),
    ).toEqual(["a       long  x", "longer  b"]);
  });
});

describe("size", () => {
  test.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [1_073_741_824, "1.0 GiB"],
  ])("writes %i as %s", (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });
});
