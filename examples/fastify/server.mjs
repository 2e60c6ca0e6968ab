import httpProxy from "@fastify/http-proxy";
import { fileJournal } from "@isotherm/journal/file";
import { createRelay } from "@isotherm/relay";
import { relayPlugin } from "@isotherm/relay/server";
import Fastify from "fastify";

const { PORT, DATA, COLLECTOR_URL, RELAY_KEY_ID, RELAY_SECRET } = process.env;

const journal = await fileJournal({ folder: `${DATA}/journal` });
const relay = await createRelay({
  folder: DATA,
  journal,
  paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
  sdkFolder: "node_modules/@isotherm/sdk/dist/script",
  targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
});

const app = Fastify({ forceCloseConnections: true });
app.register(relayPlugin(relay));
// The dashboard, handed on as it is.
app.register(httpProxy, { prefix: "/stats", upstream: COLLECTOR_URL });
app.get("/", () => "the app's own page");

await app.listen({ host: "127.0.0.1", port: Number(PORT) });
console.log(`listening on ${app.server.address().port}`);

process.once("SIGTERM", async () => {
  await app.close();
  await relay.close();
  await journal.close();
});
