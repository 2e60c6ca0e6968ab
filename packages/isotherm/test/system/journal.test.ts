import { readFileSync } from "node:fs";
import { limits } from "@isotherm/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { openJournal } from "../../src/system/journal.js";
import { temporaryFolder } from "../temporary-folder.js";

interface Schema {
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
}

const schema = JSON.parse(readFileSync(new URL("../../config.schema.json", import.meta.url), "utf8")) as Schema;

describe("the smallest journal that a configuration may ask for", () => {
  test.each(["relay", "collector", "passthrough"])("holds the largest request that the %s takes", async (part) => {
    const { relay, collector } = schema.properties ?? {};
    const place = { relay, collector, passthrough: relay?.properties?.passthrough?.items }[part];
    const journal = await openJournal(temporaryFolder(), place?.properties?.journalBytes?.minimum ?? 0, Date.now);
    onTestFinished(() => journal.close());
    // Every batch as large as it may be once it is sealed, and once more the one that carries reports of discards.
    const bytes = limits.batchBytes + limits.edgeBytes + 1_024;
    const records = Array.from({ length: limits.batches + 1 }, (_, n) => ({ id: `${n}`, data: new Uint8Array(bytes) }));
    await journal.append(records);
    expect((await journal.stats()).records).toBe(records.length);
  });
});

describe("a journal that need not remember ids", () => {
  test.each<[string, number | undefined, number]>([
    ["takes an id again", 0, 3],
    ["is not what a journal is by itself", undefined, 2],
  ])("%s", async (_, remember, stored) => {
    const journal = await openJournal(temporaryFolder(), 1_048_576, Date.now, remember);
    onTestFinished(() => journal.close());
    for (const id of ["a", "b", "a"]) await journal.append([{ id, data: new Uint8Array(8) }]);
    expect((await journal.stats()).records).toBe(stored);
  });
});
