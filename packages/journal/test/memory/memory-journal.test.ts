import { journalConformance } from "@isotherm/journal/conformance";
import { memoryJournal } from "@isotherm/journal/memory";

journalConformance("memory", async () => ({
  persists: false,
  open: async ({ maxBytes }) => memoryJournal({ maxBytes }),
  remove: async () => undefined,
}));
