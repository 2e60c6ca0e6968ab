import { serveLine } from "../sql/serve-line.js";
import { postgresWire } from "./wire.js";

serveLine(postgresWire);
