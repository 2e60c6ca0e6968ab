import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { listFiles } from "./list-files.mjs";
import { root, run, tool } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";
import { everything } from "./suites.mjs";

// A test that no suite names is red on nobody's machine.

/** The test files of a configuration of vitest, as it finds them itself. */
async function testsOf(config) {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  try {
    const list = join(folder, "list.json");
    const { output } = await run(tool("vitest"), ["list", "--filesOnly", `--json=${list}`, "--config", config]);
    const tests = JSON.parse(readFileSync(list, "utf8"));
    if (tests.length === 0) throw new Error(`${config} has no tests: ${output}`);
    return tests.map(({ file, projectName }) => ({ file: relative(root, file), project: projectName }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const usual = "vitest.config.ts";
const suites = everything.filter(({ tests }) => tests);
const configs = [...new Set(suites.map(({ tests }) => tests.config ?? usual))];
const known = new Map(await Promise.all(configs.map(async (config) => [config, await testsOf(config)])));

/** The files that a suite runs, and what is wrong with how it names them. */
function chosenBy({ name, tests: { config = usual, project, words = [] } }) {
  const own = known.get(config).filter((test) => project === undefined || test.project === project);
  // As vitest does: any part of the path below the configuration's folder.
  const having = (word) => own.filter(({ file }) => relative(dirname(config), file).includes(word));
  return {
    files: (words.length === 0 ? own : words.flatMap(having)).map(({ file }) => file),
    faults: [
      ...(own.length === 0 ? [`the suite "${name}" runs ${config}'s project ${project}, which has no tests`] : []),
      ...words
        .filter((word) => having(word).length === 0)
        .map((word) => `the suite "${name}" runs ${word}, which is in no test's path`),
    ],
  };
}

const chosen = suites.map(chosenBy);
const runFiles = new Set(chosen.flatMap(({ files }) => files));
const tests = (await listFiles(["*"])).filter((file) => /\.(test|spec)\.[cm]?[jt]sx?$/.test(file));
const scripts = new Set(everything.map(({ script }) => script));
const checks = await listFiles([":(glob)scripts/check-*.mjs"]);
sayFaults([
  ...chosen.flatMap(({ faults }) => faults),
  ...tests.filter((file) => !runFiles.has(file)).map((file) => `${file} is run by no suite of scripts/suites.mjs`),
  ...checks.filter((file) => !scripts.has(file)).map((file) => `${file} is run by no suite of scripts/suites.mjs`),
]);
