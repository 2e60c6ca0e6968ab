import { storeConformance } from "../../../src/store/conformance.js";
import { benchAt, onServer } from "../../servers/databases.js";

onServer("postgres", "a store", (kind) => storeConformance("postgres", () => benchAt(kind)));
