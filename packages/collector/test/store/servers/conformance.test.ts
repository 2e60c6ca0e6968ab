import { storeConformance } from "../../../src/store/conformance.js";
import { benchAt, theServer } from "../../servers/databases.js";

const kind = theServer();
storeConformance(kind.name, () => benchAt(kind));
