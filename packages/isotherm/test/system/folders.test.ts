import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkWritable, makeFolder } from "../../src/system/folders.js";
import { temporaryFolder } from "../temporary-folder.js";

describe("makeFolder", () => {
  test("makes what is missing, for its owner alone, and leaves what is there", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"), { mode: 0o755 });
    await makeFolder(join(folder, "a/b/c"));
    await makeFolder(join(folder, "a/b/c"));
    const modes = ["a", "a/b", "a/b/c"].map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o755, 0o700, 0o700]);
  });

  test("says that a file is in the way", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    for (const path of ["file", "file/b", "file/b/c"]) {
      await expect(makeFolder(join(folder, path))).rejects.toMatchObject({ code: "folder_unwritable" });
    }
  });

  test.skipIf(!existsSync("/proc/self"))("ends where no folder can be made, as below /proc", async () => {
    await expect(makeFolder("/proc/isotherm/data/relay")).rejects.toMatchObject({
      code: "folder_unwritable",
      message: expect.stringContaining("/proc/isotherm/data/relay cannot be made: ENOENT"),
    });
  });
});

describe("checkWritable", () => {
  test("lets pass what can be written, there or not", async () => {
    const file = join(temporaryFolder(), "isotherm.db");
    await checkWritable(file);
    writeFileSync(file, "");
    await checkWritable(file);
  });

  test("names what cannot be, and what to do", async () => {
    const folder = join(temporaryFolder(), "nowhere");
    await expect(checkWritable(join(folder, "isotherm.db"))).rejects.toMatchObject({
      code: "folder_unwritable",
      message: `${folder} cannot be written (ENOENT); let this user write there, or choose another folder with --data`,
    });
  });
});
