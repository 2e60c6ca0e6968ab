import { report } from "./report.mjs";
import { checks } from "./suites.mjs";

if (!(await report(checks))) process.exitCode = 1;
