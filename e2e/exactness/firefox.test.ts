import { exactness } from "./exactness.js";
import { firefoxEngine } from "./firefox.js";
import { inEach } from "./rows.js";

exactness(firefoxEngine, inEach);
