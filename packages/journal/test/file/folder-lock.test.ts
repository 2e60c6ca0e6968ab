import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { JournalError } from "@isotherm/journal";
import { fileJournal, inspectJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { lockFolder } from "../../src/file/folder-lock.js";
import { afterwards, opened, readIds, record, temporaryFolder } from "./scene.js";

const holder = fileURLToPath(new URL("lock-holder.mjs", import.meta.url));

async function sockets(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("writer-"));
}

describe("the lock of a folder", () => {
  test("keeps a second journal of the same process out, and names what to do", async () => {
    const folder = await temporaryFolder();
    const first = await opened(fileJournal({ folder }));
    const second = fileJournal({ folder });
    await expect(second).rejects.toBeInstanceOf(JournalError);
    await expect(second).rejects.toMatchObject({ code: "journal_locked", message: expect.stringContaining("stop it") });
    expect(await first.append([record("a")])).toMatchObject({ stored: 1 });
  });

  test("is free again after close, and leaves no file behind", async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 3; round += 1) await (await fileJournal({ folder })).close();
    expect(await sockets(folder)).toEqual([]);
  });

  test("keeps other processes out, and falls with a killed one at once", async () => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, [holder, folder], { stdio: ["ignore", "pipe", "inherit"] });
    afterwards(async () => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "journal_locked",
      message: expect.stringContaining(`process ${child.pid}`),
    });
    // A stopped process still owns what it has open.
    child.kill("SIGSTOP");
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: "journal_locked" });
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    expect(await sockets(folder)).toHaveLength(1);
    const lock = await lockFolder(folder);
    expect(await sockets(folder)).toHaveLength(1);
    await lock.release();
    expect(await sockets(folder)).toEqual([]);
  });

  test("is given to one at most when many want it at the same moment", async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const winners = results.filter((result) => result.status === "fulfilled");
      expect(winners.length).toBeLessThanOrEqual(1);
      for (const { value } of winners) await value.release();
    }
    await (await lockFolder(folder)).release();
  });

  test("works in a folder whose path is longer than a socket's address may be", async () => {
    const folder = join(await temporaryFolder(), "x".repeat(120), "y".repeat(120));
    await mkdir(folder, { recursive: true });
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: "journal_locked" });
    await lock.release();
  });

  test("lets foreign files be, whatever they are called", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "writer-1-abc"), "not a socket");
    await (await lockFolder(folder)).release();
    expect((await stat(join(folder, "writer-1-abc"))).size).toBe(12);
  });

  test("does not keep anybody from looking", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder }));
    await journal.append([record("a"), record("b")], () => ({ journaled: 2 }));
    await journal.advance("one", 1, { forwarded: 1 });
    const before = await readdir(folder);
    const inspected = await inspectJournal(folder);
    expect(await readIds(inspected)).toEqual(["a", "b"]);
    expect(await inspected.stats()).toMatchObject({
      records: 2,
      tally: { journaled: 2 },
      readers: { one: { position: 1, tally: { forwarded: 1 } } },
      damage: [],
    });
    expect(await inspected.verify()).toMatchObject({ records: 2, damage: [] });
    expect(await readdir(folder)).toEqual(before);
  });
});
