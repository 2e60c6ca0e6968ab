import { expect, test } from "vitest";
import { launch, mustBeBuilt, root } from "./process.js";
import { temporaryFolder } from "./temporary-folder.js";

// Says of every module where it comes from, as it is loaded.
const hook = "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
const tracing = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hook))});`;

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

/** What a command loads, by the folder of its package. */
async function loadedBy(command: readonly string[]): Promise<readonly string[]> {
  mustBeBuilt();
  const environment = { NODE_OPTIONS: `--import ${dataUrl(tracing)}` };
  const running = launch(`${root}packages/isotherm/bin/isotherm.mjs`, command, temporaryFolder(), environment);
  expect(await running.ended()).toBe(0);
  const packages = ["collector", "relay", "journal", "dashboard"];
  return packages.filter((name) => running.output().includes(`/packages/${name}/dist/index.js`));
}

test("a relay loads nothing of a collector, and what looks into journals neither of both", async () => {
  expect(await loadedBy(["collector", "--help"])).toContain("collector");
  expect(await loadedBy(["relay", "--help"])).not.toContain("collector");
  expect(await loadedBy(["journal", "verify", "--help"])).toEqual(["journal"]);
});
