import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { createCollector } from "@m-software-engineering/heat-collector";
import { listening } from "./listening.js";

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const require = createRequire(import.meta.url);
// It brings no types along.
const express = require("express") as () => RequestListener & { use(handler: Handler): void };

type Row = Record<string, unknown>;

/** The npm package, listening, with its tables in memory. */
export interface HeatCollector {
  readonly url: string;
  readonly tables: { readonly [name in "projects" | "users" | "sessions" | "events"]: Row[] };
  /** Statuses of its answers, in their order. */
  readonly answers: number[];
}

/** Starts one with its own limits; it ends with the test. */
export async function heatCollector(limit?: {
  readonly windowMs: number;
  readonly max: number;
}): Promise<HeatCollector> {
  const tables = { projects: [] as Row[], users: [] as Row[], sessions: [] as Row[], events: [] as Row[] };
  const collection = (name: keyof typeof tables) => {
    const rows = tables[name];
    const find = (filter: Row) =>
      rows.find((row) => Object.entries(filter).every(([field, value]) => row[field] === value));
    return {
      createIndex: async () => undefined,
      findOne: async (filter: Row) => find(filter) ?? null,
      insertOne: async (row: Row) => void rows.push(row),
      insertMany: async (more: Row[]) => void rows.push(...more),
      updateOne: async (filter: Row, change: { $set: Row }) => void Object.assign(find(filter) ?? {}, change.$set),
    };
  };
  const collector = await createCollector({
    // Of MongoDB it uses these five functions, and no driver.
    db: { dialect: "mongodb", db: { collection } },
    auth: { mode: "projectKey" },
    ...(limit && { ingestion: { rateLimit: limit } }),
    logging: { level: "error" },
  });
  const answers: number[] = [];
  const app = express();
  app.use((_request, response, next) => {
    response.once("finish", () => answers.push(response.statusCode));
    next();
  });
  app.use(collector.router);
  return { url: await listening(createServer(app)), tables, answers };
}
