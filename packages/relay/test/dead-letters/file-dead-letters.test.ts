import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import type { DeadLetter } from "../../src/dead-letters/dead-letters.js";
import { fileDeadLetters } from "../../src/dead-letters/file-dead-letters.js";
import { silent } from "../../src/log.js";
import { temporaryFolder } from "../kit/folder.js";

const encoder = new TextEncoder();
const letter = (id: string, overrides: Partial<DeadLetter["item"]> = {}): DeadLetter => ({
  at: 1_763_715_600_000,
  target: "isotherm",
  code: "batch_invalid",
  message: "wrong",
  item: {
    id,
    position: 1,
    kind: "batch",
    key: "pk_a",
    site: "shop",
    receivedAt: 2,
    batch: encoder.encode(JSON.stringify(sealedBatchOf())),
    gone: new Uint8Array(0),
    ...overrides,
  },
});
const linesOf = async (file: string): Promise<{ id: string }[]> =>
  (await readFile(file, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { id: string });

describe("dead letters", () => {
  test("hold nothing that a reader may take for the end of a line", async () => {
    const folder = await temporaryFolder();
    const letters = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    const page = { ...sealedBatchOf().page, title: "line\u2028separator, paragraph\u2029separator" };
    const batch = encoder.encode(JSON.stringify(sealedBatchOf({ page })));
    await letters.write([letter("a", { batch })]);
    await letters.close();
    const text = await readFile(join(folder, "isotherm.ndjson"), "utf8");
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(text).batch.page.title).toBe(page.title);
  });

  test("are lines in a file per target, in the order they were written in", async () => {
    const folder = join(await temporaryFolder(), "dead-letters");
    const letters = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    await Promise.all(["a", "b", "c"].map((id) => letters.write([letter(id)])));
    await letters.write([{ ...letter("d"), target: "copy" }, letter("e")]);
    await letters.close();
    expect((await linesOf(join(folder, "isotherm.ndjson"))).map(({ id }) => id)).toEqual(["a", "b", "c", "e"]);
    expect((await linesOf(join(folder, "copy.ndjson"))).map(({ id }) => id)).toEqual(["d"]);
  });

  test("go on in a line of their own where a kill left half of one", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "isotherm.ndjson");
    await writeFile(file, '{"id":"whole"}\n{"id":"ha');
    const letters = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    await letters.write([letter("next")]);
    await letters.close();
    const lines = (await readFile(file, "utf8")).split("\n");
    expect(lines.slice(0, 2)).toEqual(['{"id":"whole"}', '{"id":"ha']);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ id: "next" });
  });

  test("stay within their bound, the newest ones kept", async () => {
    const folder = await temporaryFolder();
    const maxBytes = 20_000;
    const letters = fileDeadLetters({ folder, maxBytes, log: silent });
    for (let i = 0; i < 100; i++) await letters.write([letter(`${i}`)]);
    await letters.close();
    const names = await readdir(folder);
    expect(names.sort()).toEqual(["isotherm.1.ndjson", "isotherm.ndjson"]);
    const kept = (
      await Promise.all(["isotherm.1.ndjson", "isotherm.ndjson"].map((name) => linesOf(join(folder, name))))
    ).flat();
    expect(kept.at(-1)?.id).toBe("99");
    const bytes = (await Promise.all(names.map((name) => readFile(join(folder, name))))).reduce(
      (sum, it) => sum + it.length,
      0,
    );
    expect(bytes).toBeLessThan(maxBytes + 4_000);
  });

  test("keep what is no JSON as base64", async () => {
    const folder = await temporaryFolder();
    const letters = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    await letters.write([letter("a", { batch: Uint8Array.of(0, 255, 1) })]);
    await letters.close();
    expect(await linesOf(join(folder, "isotherm.ndjson"))).toMatchObject([{ id: "a", raw: "AP8B" }]);
  });

  test("reject while they cannot be written, and work once they can", async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, "dead-letters");
    await writeFile(folder, "in the way");
    const letters = fileDeadLetters({ folder, maxBytes: 1_000_000, log: silent });
    await expect(letters.write([letter("a")])).rejects.toThrow();
    const { rm } = await import("node:fs/promises");
    await rm(folder);
    await letters.write([letter("b")]);
    await letters.close();
    expect((await linesOf(join(folder, "isotherm.ndjson"))).map(({ id }) => id)).toEqual(["b"]);
  });
});
