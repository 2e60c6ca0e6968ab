import { build } from "./build.mjs";
import { install } from "./install.mjs";

// Every drill in full, under another seed each time; TEST_SEED brings one back.
process.env.TEST_EFFORT = "full";
process.env.TEST_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`seed ${process.env.TEST_SEED}\n`);

try {
  await install();
  await build();
  const [{ report }, { drills, unit }] = await Promise.all([import("./report.mjs"), import("./suites.mjs")]);
  if (!(await report([unit, ...drills]))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
