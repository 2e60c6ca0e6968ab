import { chromiumEngine } from "./chromium.js";
import { exactness } from "./exactness.js";
import { all } from "./rows.js";

exactness(chromiumEngine, all);
