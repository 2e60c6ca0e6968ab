import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { fileJournal } from "@isotherm/journal/file";
import { createRelay } from "@isotherm/relay";
import { Hono } from "hono";

const { PORT, DATA, COLLECTOR_URL, RELAY_KEY_ID, RELAY_SECRET } = process.env;

const journal = await fileJournal({ folder: `${DATA}/journal` });
const relay = await createRelay({
  folder: DATA,
  journal,
  paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
  sdkFolder: "node_modules/@isotherm/sdk/dist/script",
  targets: [{ type: "isotherm", url: COLLECTOR_URL, keyId: RELAY_KEY_ID, secrets: [RELAY_SECRET] }],
});

const app = new Hono();
for (const path of relay.paths) {
  app.all(path, (c) => relay.handle(c.req.raw, { address: getConnInfo(c).remote.address ?? "" }));
}
app.get("/", (c) => c.text("the app's own page"));

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) }, ({ port }) =>
  console.log(`listening on ${port}`),
);

process.once("SIGTERM", async () => {
  server.close();
  await relay.close();
  await journal.close();
});
