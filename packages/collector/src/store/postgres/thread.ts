import { serveThread } from "../sql/serve-thread.js";
import { postgresDatabase } from "./database.js";

serveThread(postgresDatabase);
