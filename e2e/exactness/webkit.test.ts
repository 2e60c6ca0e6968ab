import { exactness } from "./exactness.js";
import { inEach } from "./rows.js";
import { webKitEngine } from "./webkit.js";

exactness(webKitEngine, inEach);
