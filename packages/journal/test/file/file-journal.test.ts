import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journalConformance } from "@isotherm/journal/conformance";
import { fileJournal } from "@isotherm/journal/file";

journalConformance("file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-journal-"));
  return {
    persists: true,
    open: ({ maxBytes }) => fileJournal({ folder, maxBytes }),
    remove: () => rm(folder, { recursive: true }),
  };
});
