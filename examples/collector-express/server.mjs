import { createCollector } from "@isotherm/collector";
import { sqliteStore } from "@isotherm/collector/sqlite";
import { fileJournal } from "@isotherm/journal/file";
import express from "express";

const { PORT, DATA } = process.env;

const store = await sqliteStore({ file: `${DATA}/isotherm.db` });
const journal = await fileJournal({ folder: `${DATA}/journal` });
const collector = await createCollector({
  folder: DATA,
  journal,
  store,
  onBeforeInsert: (batch) => (/bot/i.test(batch.edge.ua ?? "") ? null : batch),
});

const app = express();
// Before anything that reads bodies: the collector reads its own, within its limits.
app.use("/stats", collector.router);
app.use(express.json());
app.get("/", (_request, response) => response.send("the app's own page"));
app.post("/orders", (request, response) => response.json({ ordered: request.body.book }));

const server = app.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));

process.once("SIGTERM", async () => {
  server.close();
  await collector.close();
  server.closeAllConnections();
  await journal.close();
  await store.close();
});
