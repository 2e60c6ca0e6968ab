import { expect, test } from "vitest";
import { launch, mustBeBuilt, root } from "./process.js";
import { temporaryFolder } from "./temporary-folder.js";

// Says of every module where it comes from, as it is loaded.
const hook = "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
const tracing = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hook))});`;

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

/** What only some commands need: packages of our own, by their main entry, and others. */
const parts = {
  collector: "/packages/collector/dist/index.js",
  relay: "/packages/relay/dist/index.js",
  journal: "/packages/journal/dist/index.js",
  fastify: "/node_modules/fastify/",
  pg: "/node_modules/pg/",
  mysql2: "/node_modules/mysql2/",
};

/** Which of those a command loads. */
async function loadedBy(command: readonly string[], url?: string, code = 0): Promise<readonly string[]> {
  mustBeBuilt();
  const environment = {
    NODE_OPTIONS: `--import ${dataUrl(tracing)}`,
    ...(url !== undefined && { ISOTHERM_COLLECTOR_STORE_URL: url }),
  };
  const running = launch(`${root}packages/isotherm/bin/isotherm.mjs`, command, temporaryFolder(), environment);
  expect(await running.ended(), running.output()).toBe(code);
  return Object.entries(parts).flatMap(([name, place]) => (running.output().includes(place) ? [name] : []));
}

test("a relay loads nothing of a collector, and what looks into journals neither of both", async () => {
  expect(await loadedBy(["collector", "--help"])).toEqual(expect.arrayContaining(["collector", "fastify"]));
  expect(await loadedBy(["relay", "--help"])).not.toContain("collector");
  expect(await loadedBy(["journal", "verify", "--help"])).toEqual(["journal"]);
});

test("what asks a database one thing loads the driver of that one, and nothing that serves", async () => {
  expect(await loadedBy(["migrate"])).toEqual([]);
  expect(await loadedBy(["migrate"], "postgres://nobody@127.0.0.1:1/none", 1)).toEqual(["pg"]);
  expect(await loadedBy(["migrate"], "mysql://nobody@127.0.0.1:1/none", 1)).toEqual(["mysql2"]);
});
