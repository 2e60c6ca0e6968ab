import { createServer } from "node:http";
import { join } from "node:path";
import { createCollector } from "@m-software-engineering/heat-collector";
import express from "express";
import { serve } from "./serve.mjs";

const [, , folder] = process.argv;
const collector = await createCollector({
  db: { dialect: "sqlite", file: join(folder, "heat.db") },
  auth: { mode: "projectKey" },
  autoMigrate: true,
  ingestion: { rateLimit: { windowMs: 10_000, max: 1_000_000_000 } },
  // Its line for each request would only slow it down.
  logging: { level: "error" },
});
const app = express();
app.use(collector.router);
const server = createServer(app);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
serve(`http://127.0.0.1:${server.address().port}`, { settle: async () => undefined, stop: async () => undefined });
