import { onServer } from "../../servers/databases.js";
import { emptyStores } from "../../servers/empty-stores.js";
import { modelsConformance } from "../models.js";

// A history takes a server about ten times as long as a file.
onServer("postgres", "models", (kind) => modelsConformance("postgres", emptyStores(kind), 6));
