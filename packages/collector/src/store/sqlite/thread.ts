import { serveThread } from "../sql/serve-thread.js";
import { sqliteDatabase } from "./database.js";
import type { SqlitePlace } from "./store.js";

serveThread(({ file }: SqlitePlace) => sqliteDatabase(file));
