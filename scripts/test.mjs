import { install } from "./install.mjs";

try {
  await install();
  // Loaded only now: what the suites use may just have been installed.
  const [{ report }, { everything }] = await Promise.all([import("./report.mjs"), import("./suites.mjs")]);
  // Most suites wait for browsers, disks and deadlines: with two at a time, both cores are in use.
  if (!(await report(everything, { lanes: 2 }))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
