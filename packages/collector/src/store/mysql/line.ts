import { serveLine } from "../sql/serve-line.js";
import { mysqlWire } from "./wire.js";

serveLine(mysqlWire);
