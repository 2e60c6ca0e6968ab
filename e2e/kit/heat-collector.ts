import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createCollector } from "@m-software-engineering/heat-collector";
import { sqliteDriver } from "../../packages/collector/src/store/sqlite/driver.js";
import { listening } from "./listening.js";

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const require = createRequire(import.meta.url);
// It brings no types along.
const express = require("express") as () => RequestListener & { use(handler: Handler): void };

/** An event as heat-collector stored it. */
export interface HeatRow {
  readonly type: string;
  readonly sessionId: string;
  /** Of custom events, what the sender put into `meta`. */
  readonly name: string | null;
}

/** The npm package heat-collector on SQLite. */
export interface HeatCollector {
  readonly port: number;
  /** Statuses of its answers, in their order. */
  readonly answers: readonly number[];
  /** Every event that it holds, in the order in which it stored them. */
  rows(): readonly HeatRow[];
  close(): Promise<void>;
}

/** Starts one with its database in `folder`, which takes so many requests in so many milliseconds. */
export async function startHeatCollector(
  folder: string,
  rateLimit: { readonly windowMs: number; readonly max: number },
): Promise<HeatCollector> {
  const Database = sqliteDriver();
  const database = new Database(join(folder, "heat.db"));
  const { router } = await createCollector({
    db: { dialect: "sqlite", client: database },
    auth: { mode: "projectKey" },
    ingestion: { rateLimit },
    logging: { level: "error" },
  });
  const answers: number[] = [];
  const app = express();
  app.use((_request, response, next) => {
    response.once("finish", () => answers.push(response.statusCode));
    next();
  });
  app.use(router);
  const server = createServer(app);
  // Node's own 5 seconds end while the next request is on its way: an answer that is lost belongs to a test.
  server.keepAliveTimeout = 72_000;
  const { port, close } = await listening(server);
  return {
    port,
    answers,
    rows: () =>
      database
        .prepare(
          "SELECT type, session_id AS sessionId, json_extract(meta_json, '$.meta.name') AS name FROM events ORDER BY rowid",
        )
        .all() as HeatRow[],
    async close() {
      await close();
      database.close();
    },
  };
}
