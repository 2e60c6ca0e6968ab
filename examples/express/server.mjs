import { fileJournal } from "@isotherm/journal/file";
import { createRelay } from "@isotherm/relay";
import { relayNode } from "@isotherm/relay/server";
import express from "express";

const { PORT, DATA, COLLECTOR_URL, RELAY_KEY_ID, RELAY_SECRET } = process.env;

const journal = await fileJournal({ folder: `${DATA}/journal` });
const relay = await createRelay({
  folder: DATA,
  journal,
  paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
  sdkFolder: "node_modules/@isotherm/sdk/dist/script",
  targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
});

const app = express();
// Before anything that reads bodies: the relay reads its own, within its limits.
app.use(relayNode(relay));
app.use(express.json());
app.get("/", (_request, response) => response.send("the app's own page"));

const server = app.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));

process.once("SIGTERM", async () => {
  server.close();
  await relay.close();
  await journal.close();
});
