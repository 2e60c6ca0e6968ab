import { expect, test } from "vitest";
import { launch, mustBeBuilt, root } from "./process.js";
import { temporaryFolder } from "./temporary-folder.js";

// Says of every module where it comes from, as it is loaded.
const hook = "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
const tracing = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hook))});`;

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

/** What only some commands need. */
const parts = {
  collector: /\/packages\/collector\/dist\/(server|api)\//,
  relay: /\/packages\/relay\/dist\/(?!passthrough\/options\.)/,
  targets: /\/packages\/relay\/dist\/target\//,
  fastify: /\/node_modules\/fastify\//,
  pg: /\/node_modules\/pg\//,
  mysql2: /\/node_modules\/mysql2\//,
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
  return Object.entries(parts).flatMap(([name, place]) => (place.test(running.output()) ? [name] : []));
}

test("a relay loads nothing of a collector, nor a collector of a relay, and what looks into journals nothing that serves", async () => {
  expect(await loadedBy(["collector", "--help"])).toEqual(["collector", "fastify"]);
  expect(await loadedBy(["relay", "--help"])).toEqual(["relay", "targets", "fastify"]);
  expect(await loadedBy(["journal", "verify", "--help"])).toEqual(["relay", "targets"]);
}, 60_000);

test("what asks a database one thing loads the driver of that one, and nothing that serves", async () => {
  expect(await loadedBy(["migrate"])).toEqual([]);
  expect(await loadedBy(["migrate"], "postgres://nobody@127.0.0.1:1/none", 1)).toEqual(["pg"]);
  expect(await loadedBy(["migrate"], "mysql://nobody@127.0.0.1:1/none", 1)).toEqual(["mysql2"]);
}, 60_000);
