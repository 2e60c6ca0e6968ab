import { serveThread } from "../sql/serve-thread.js";
import { sqliteDatabase } from "./database.js";

serveThread(sqliteDatabase);
