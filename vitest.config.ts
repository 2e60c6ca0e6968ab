import { dirname, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Milliseconds: what a test may take on two busy cores before it counts as hanging. */
const deadline = 60_000;

const source = { conditions: ["@isotherm/source"] };

/** React 18 and the router of its time, with which the tests of packages/react run as well. */
const react18 = Object.fromEntries(
  [
    ["react", "react"],
    ["react-dom", "react-dom"],
    ["react-router", "react-router-dom"],
  ].map(([name, old]) => [name, `${import.meta.dirname}/packages/react/test/react-18/node_modules/${old}`]),
);

const project = (
  name: string,
  environment: "node" | "happy-dom" = "node",
  folder: string = name,
  alias: Record<string, string> = {},
  files = `packages/${folder}/test/**/*.test.{ts,tsx}`,
) => ({
  resolve: { ...source, alias },
  ssr: { resolve: source },
  test: {
    name,
    environment,
    testTimeout: deadline,
    hookTimeout: deadline,
    // Vitest's own second is over while another process compiles.
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ["scripts/seed.mjs"],
    // To load every module anew for each file takes as long as the tests do. The SDK's modules hold on to a page.
    isolate: environment === "happy-dom" && name !== "dashboard",
    include: [files],
  },
});

/** Which of the relay's cores its tests start, and those that run on the one without Node as well. */
const onCore = (core: "node" | "edge", { test, ...rest }: ReturnType<typeof project>) => ({
  ...rest,
  test: { ...test, provide: { core } },
});
const onAnyCore = "{core,briefing/*,forward/forwarding,health/*,intake/*,ledger/*,passthrough/*,script/*}";

const stores = "packages/collector/test/store";
const benchOfFiles = `${import.meta.dirname}/${stores}/sqlite/bench.ts`;
const benchOfServers = `${import.meta.dirname}/packages/collector/test/servers/bench.ts`;

/**
 * The tests of a store that a server has to pass as well: what they open as a file is a database there. What one server alone
 * has to pass is in a folder of its name.
 */
const onServer = (name: "on-postgres" | "on-mysql") => {
  const { test, ...rest } = project(name);
  return {
    ...rest,
    plugins: [
      {
        name: "bench-of-servers",
        enforce: "pre" as const,
        resolveId: (source: string, importer: string | undefined) =>
          importer && resolve(dirname(importer), source).replace(/\.js$/, ".ts") === benchOfFiles
            ? benchOfServers
            : null,
      },
    ],
    test: {
      ...test,
      include: [
        `${stores}/servers/{*,${name.replace("on-", "")}/*}.test.ts`,
        `${stores}/sql/{query/**/*,privacy/late}.test.ts`,
        `${stores}/sqlite/{models,midnight,fuzz,crash,visits-go-on}.test.ts`,
      ],
      globalSetup: ["packages/collector/test/servers/setup.ts"],
      setupFiles: [...test.setupFiles, "packages/collector/test/servers/need-server.ts"],
      provide: { share: 0.1 },
    },
  };
};

/** The collector's own, without those that need a server. */
const collector = () => {
  const { test, ...rest } = project("collector");
  return { ...rest, test: { ...test, exclude: [`${stores}/servers/**`], provide: { share: 1 } } };
};

export default defineConfig({
  test: {
    // Most tests wait for a disk or a process now and then: one worker would leave a core idle.
    maxWorkers: 2,
    projects: [
      project("protocol"),
      project("journal"),
      project("sdk", "happy-dom"),
      project("react", "happy-dom"),
      project("react-18", "happy-dom", "react", react18),
      project("vue", "happy-dom"),
      onCore("node", project("relay")),
      onCore("edge", project("relay-edge", "node", "relay", {}, `packages/relay/test/${onAnyCore}.test.ts`)),
      collector(),
      onServer("on-postgres"),
      onServer("on-mysql"),
      project("dashboard", "happy-dom"),
      project("isotherm"),
      project("scripts", "node", "scripts", {}, "scripts/test/**/*.test.ts"),
    ],
  },
});
