import { collectorServer, createCollector } from "@isotherm/collector";
import { fileJournal } from "@isotherm/journal/file";
import { keepHeapLean } from "../../packages/isotherm/dist/system/lean-heap.js";
import { yieldHelpers } from "../../packages/isotherm/dist/system/yield-helpers.js";
import { askedAt } from "./schedule.mjs";

// The process under test: a collector on its database, as `isotherm collector` runs it, but for the clock.
const [kind, address, folder] = process.argv.slice(2);
keepHeapLean();
yieldHelpers();
const open = {
  postgres: async (url) => (await import("@isotherm/collector/postgres")).postgresStore({ url }),
  sqlite: async (file) => (await import("@isotherm/collector/sqlite")).sqliteStore({ file }),
};
const store = await open[kind](address);
const journal = await fileJournal({ folder });
const collector = await createCollector({ folder, journal, store, dashboard: false, now: () => askedAt });
const server = await collectorServer({ collector, port: 0 });

process.on("message", async (what) => {
  if (what === "usage") {
    const { user, system } = process.cpuUsage();
    process.send({ cpu: (user + system) / 1_000, memory: process.memoryUsage.rss() });
  } else {
    await server.close();
    await store.close();
    await journal.close();
    process.disconnect();
  }
});
process.send({ url: server.url });
