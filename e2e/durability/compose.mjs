// Runs a relay or a collector, composed from the built packages by their public interfaces on what `isotherm init` made
// in the working folder, with a journal that syncs or, for the proof that a trace shows the difference, does not.
// node compose.mjs relay|collector synced|unsynced
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collectorServer, createCollector } from "@isotherm/collector";
import { sqliteStore } from "@isotherm/collector/sqlite";
import { fileJournal } from "@isotherm/journal/file";
import { relayServer } from "@isotherm/relay/server";

const [part, mode] = process.argv.slice(2);
const config = JSON.parse(readFileSync("isotherm.config.json", "utf8"));
const folder = join(process.cwd(), "isotherm-data", part);
const { journalBytes, port } = config[part];
const journal = await fileJournal({ folder: join(folder, "journal"), maxBytes: journalBytes, sync: mode === "synced" });
const server = await { relay, collector }[part]();
process.once("SIGTERM", async () => {
  await server.close();
  await journal.close();
  process.exit();
});

function relay() {
  const { paths, collector, metricsPort, requestsPerMinute } = config.relay;
  const keyId = process.env.ISOTHERM_RELAY_COLLECTOR_KEY_ID;
  const secrets = [process.env.ISOTHERM_RELAY_COLLECTOR_SECRETS];
  const sdkFolder = fileURLToPath(new URL("../../packages/sdk/dist/script", import.meta.url));
  const target = { type: "isotherm", url: collector.url, keyId, secrets };
  return relayServer({
    relay: { folder, journal, paths, sdkFolder, targets: [target], requestsPerMinute },
    port,
    metricsPort,
  });
}

async function collector() {
  const store = await sqliteStore({ file: join(folder, "isotherm.db"), threads: true });
  return collectorServer({ collector: await createCollector({ folder, journal, store }), port });
}
