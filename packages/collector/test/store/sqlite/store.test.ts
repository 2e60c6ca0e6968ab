import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "../../../src/store/conformance.js";
import { sqliteStore } from "../../../src/store/sqlite/store.js";

for (const threads of [false, true]) {
  storeConformance(`sqlite ${threads ? "in threads" : "on the calling thread"}`, () => {
    const folder = mkdtemp(join(tmpdir(), "isotherm-"));
    return {
      open: async () => sqliteStore({ file: join(await folder, "nested", "store.sqlite"), threads }),
      dispose: async () => rm(await folder, { recursive: true }),
    };
  });
}
