import { storeConformance } from "../../../src/store/conformance.js";
import { benchAt, onServer } from "../../servers/databases.js";

onServer("mysql", "a store", (kind) => storeConformance("mysql", () => benchAt(kind)));
