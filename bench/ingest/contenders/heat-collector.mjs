import { createServer } from "node:http";
import { join } from "node:path";
import { createCollector } from "@m-software-engineering/heat-collector";
import express from "express";
import { sqliteDriver } from "../../../packages/collector/dist/store/sqlite/driver.js";
import { serve } from "../../http/serve.mjs";

const [, , folder] = process.argv;
// The driver that Isotherm uses, which is the one that runs on this Node.
const Database = sqliteDriver();
const collector = await createCollector({
  db: { dialect: "sqlite", client: new Database(join(folder, "heat.db")) },
  auth: { mode: "projectKey" },
  autoMigrate: true,
  ingestion: { rateLimit: { windowMs: 10_000, max: 1_000_000_000 } },
  // Its line for each request would only slow it down.
  logging: { level: "error" },
});
const app = express();
app.use(collector.router);
const server = createServer(app);
// As the other servers here do: Node's own 5 seconds end on a busy machine while the next request is on its way.
server.keepAliveTimeout = 72_000;
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
serve(`http://127.0.0.1:${server.address().port}`, { stop: async () => undefined });
