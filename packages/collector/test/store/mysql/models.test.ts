import { onServer } from "../../servers/databases.js";
import { emptyStores } from "../../servers/empty-stores.js";
import { modelsConformance } from "../models.js";

// A history takes a server about ten times as long as a file.
onServer("mysql", "models", (kind) => modelsConformance("mysql", emptyStores(kind), 6));
