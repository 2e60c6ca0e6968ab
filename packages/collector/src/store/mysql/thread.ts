import { serveThread } from "../sql/serve-thread.js";
import { mysqlDatabase } from "./database.js";

serveThread(mysqlDatabase);
