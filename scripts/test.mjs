import { install } from "./install.mjs";

try {
  await install();
  // Loaded only now: what the suites use may just have been installed.
  const [{ report }, { checks, packed, unit, systems, drills }] = await Promise.all([
    import("./report.mjs"),
    import("./suites.mjs"),
  ]);
  if (!(await report([...checks, packed, unit, ...systems, ...drills]))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
