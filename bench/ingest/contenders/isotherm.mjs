import { join } from "node:path";
import { collectorServer, createCollector } from "@isotherm/collector";
import { fileJournal } from "@isotherm/journal/file";
import { keepHeapLean } from "../../../packages/isotherm/dist/system/lean-heap.js";
import { yieldHelpers } from "../../../packages/isotherm/dist/system/yield-helpers.js";
import { key, origin } from "../../http/requests.mjs";
import { serve } from "../../http/serve.mjs";
import { relayKey } from "../../relay/relay-key.mjs";
import { readKey } from "../read-key.mjs";

// As isotherm's own commands do.
keepHeapLean();
yieldHelpers();

const [, , folder, mode, port, database] = process.argv;
const limit = 1_000_000_000;

const journal = await fileJournal({ folder: join(folder, "journal") });
const openStore = async () => {
  if (database) return (await import("@isotherm/collector/postgres")).postgresStore({ url: database });
  return (await import("@isotherm/collector/sqlite")).sqliteStore({ file: join(folder, "isotherm.db") });
};
const store = await openStore();
await store.migrate();
await store.putSite({
  ...{ id: "shop", name: "Shop", group: "shop", timeZone: "Europe/Paris", origins: [origin] },
  ...{ privacy: { gpc: "strip", dnt: "ignore" }, demo: false, createdAt: Date.now() },
});
await store.putKey({
  id: key,
  kind: "public",
  site: "shop",
  label: "",
  secret: null,
  createdAt: Date.now(),
  revokedAt: null,
});

await store.putKey(readKey.stored);
await store.putKey({ ...relayKey, kind: "relay", site: null, label: "", createdAt: Date.now(), revokedAt: null });

// Held back, the projector stands as it does while the database is away: intake goes on, and everything is projected later.
let release = () => undefined;
const released = mode === "held" ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
const projected = { ...store, cursor: (name) => released.then(() => store.cursor(name)) };

const collector = await createCollector({
  ...{ folder, journal, store: projected, trustProxy: ["127.0.0.1"], requestsPerMinute: limit, eventsPerMinute: limit },
  dashboard: false,
});
const server = await collectorServer({ collector, port: Number(port) });
serve(server.url, {
  answers: {
    /** Batches in the journal so far. */
    count: async () => (await journal.stats()).last,
    async settled() {
      release();
      await collector.settled();
    },
  },
  async stop() {
    release();
    await server.close();
    await journal.close();
    await store.close();
  },
});
