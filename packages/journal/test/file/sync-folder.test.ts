import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { faultyFiles } from "./faulty-files.js";
import { opened, record, temporaryFolder } from "./scene.js";

describe("folders that are made for a journal", () => {
  test("are durable in their parents, each of them, before the first write", async () => {
    const above = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder: join(above, "made", "here"), files }));
    await journal.append([record("a")]);
    const firstWrite = files.calls.findIndex(({ kind }) => kind === "write");
    const synced = files.calls.slice(0, firstWrite).flatMap(({ kind, path }) => (kind === "sync" ? [path] : []));
    expect(synced).toEqual([join(above, "made"), above]);
  });

  test("may lie in one that is not ours to read", async () => {
    const above = await temporaryFolder();
    const files = faultyFiles();
    files.faultOf = ({ kind, path }) => (kind === "open" && path === above ? { code: "EACCES" } : undefined);
    const journal = await opened(fileJournal({ folder: join(above, "journal"), files }));
    expect(await journal.append([record("a")])).toEqual({ stored: 1, duplicates: [] });
  });
});
