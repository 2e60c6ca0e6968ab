import { report } from "./report.mjs";
import { checks, unit } from "./suites.mjs";

if (!(await report([...checks, unit]))) process.exitCode = 1;
