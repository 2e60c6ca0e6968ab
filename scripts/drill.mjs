import { build } from "./build.mjs";
import { install } from "./install.mjs";

// Every drill in full, or those whose name holds a word that was given, under another seed each time; TEST_SEED brings one back.
process.env.TEST_EFFORT = "full";
process.env.TEST_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
const words = process.argv.slice(2);
process.stdout.write(`seed ${process.env.TEST_SEED}\n`);

try {
  await install();
  await build();
  const [{ report }, { drills, unit }, { writeEngines }] = await Promise.all([
    import("./report.mjs"),
    import("./suites.mjs"),
    import("./delivery-engines.mjs"),
  ]);
  const chosen = [unit, ...drills].filter(({ name }) => !words[0] || words.some((word) => name.includes(word)));
  if (!chosen[0])
    throw new Error(`no drill is called ${words.join(" or ")}: there are ${drills.map(({ name }) => name).join(", ")}`);
  if (!(await report(chosen))) process.exitCode = 1;
  await writeEngines();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
