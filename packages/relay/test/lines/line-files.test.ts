import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changeLines, type Line, linesOf } from "../../src/lines/line-files.js";
import { temporaryFolder } from "../kit/folder.js";

async function linesIn(...files: readonly string[]): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(files)) lines.push(line);
  return lines;
}

test("lines end at a line feed and nowhere else, whatever their characters and wherever a read ends", async () => {
  const folder = await temporaryFolder();
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  // A read has 64 KiB: its ends fall into characters of several bytes, and right before and behind a line feed.
  const long = Array.from({ length: 9 }, (_, n) => "é\u2028€😀".repeat(5_957 + n));
  const texts = ["a\u2028b", "c\u2029d", "e\rf", ...long];
  await writeFile(one, texts.map((text) => `${text}\n`).join("\n"));
  await writeFile(other, "x\ny without an end");
  const missing = join(folder, "missing");
  const lines = await linesIn(one, missing, other);
  expect(lines.map(({ text }) => text)).toEqual([...texts, "x", "y without an end"]);
  expect(new Set(lines.map(({ hash }) => hash)).size).toBe(lines.length);
});

test("lines that stay are not touched by a change of others", async () => {
  const file = join(await temporaryFolder(), "lines");
  await writeFile(file, "goes\na\u2028b\u2029c\nchanges\n");
  const [goes, , changes] = await linesIn(file);
  await changeLines([file], { [`${goes?.hash}`]: null, [`${changes?.hash}`]: "changed" });
  expect(await readFile(file, "utf8")).toBe("a\u2028b\u2029c\nchanged\n");
});
