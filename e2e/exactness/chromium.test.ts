import { chromiumEngine } from "./chromium.js";
import { exactness } from "./exactness.js";
import { played } from "./rows.js";

exactness(chromiumEngine, played);
