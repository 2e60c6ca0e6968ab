import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { run, tool } from "./run.mjs";

/**
 * What a suite did: tests that passed and failed, those that it skipped with the reason, and its output.
 *
 * `shown` is what people should see of it also when all is well.
 *
 * @typedef {{ passed: number, failed: number, skipped: string[], output: string, shown?: string }} Outcome
 *
 * `first`: all others stand on it. `aside`: it depends on no other's pace, and runs beside all others with what they leave
 * of the machine. `shares`: what it uses, so that no two suites with the same word run at once. `script`: what a command
 * runs. `tests`: which tests of a configuration of vitest it runs, by project and by words of their paths; without, all.
 *
 * @typedef {{ config?: string, project?: string, words?: string[] }} Tests
 * @typedef {{ name: string, against: string, first?: boolean, aside?: boolean, shares?: string, script?: string, tests?: Tests, missing?: () => string | null, run: () => Promise<Outcome> }} Suite
 */

/** A command that passes or fails as one. */
const command = (name, file, args) => ({
  name,
  against: "sources",
  ...(file === process.execPath ? { script: args[0] } : {}),
  run: async () => {
    const { code, output } = await run(file, args);
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output };
  },
});

/** A run of vitest, counted by its own report. */
const vitest = (name, against, tests, { missing, aside = false, shares, shows, env } = {}) => ({
  name,
  against,
  aside,
  tests,
  ...(shares ? { shares } : {}),
  ...(missing ? { missing } : {}),
  run: async () => {
    const report = join(tmpdir(), `isotherm-${process.pid}-${name.replaceAll(/\W+/g, "-")}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { config, project, words = [] } = tests;
    const args = [...(config ? ["--config", config] : []), ...(project ? ["--project", project] : []), ...words];
    const { code, output } = await run(tool("vitest"), ["run", ...reporters, ...args], { humble: aside, env });
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [], output };
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    rmSync(report);
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const skipped = results
      .filter(({ status }) => status === "skipped" || status === "pending")
      .map(({ fullName }) => fullName);
    // A file that cannot even be loaded has no failed test of its own.
    const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
    const shown = shows?.exec(output)?.[0] ?? "";
    return { passed: numPassedTests, failed, skipped, output, shown };
  },
});

/** Where Debian and others put Chromium; `CHROMIUM` names another. */
export function chromium() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return places.find((place) => place && existsSync(place)) ?? null;
}

const noChromium = () =>
  chromium()
    ? null
    : "no Chromium: install it (Debian: apt-get install chromium) or name it with CHROMIUM=/path/to/chromium";

const noFirefox = () =>
  existsSync(process.env.FIREFOX ?? "/usr/bin/firefox-esr")
    ? null
    : "no Firefox: install it (Debian: apt-get install firefox-esr) or name it with FIREFOX=/path/to/firefox";

const noWebKit = () =>
  [process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver", "/usr/bin/Xvfb"].every((place) => existsSync(place))
    ? null
    : "no WebKitGTK with its driver, or no Xvfb: install them (Debian: apt-get install webkit2gtk-driver xvfb)";

const noWebServers = () =>
  ["nginx", "caddy"].every((server) => spawnSync(server, [server === "nginx" ? "-v" : "version"]).status === 0)
    ? null
    : "no nginx or no Caddy: install them (Debian: apt-get install nginx-light caddy)";

const ublock =
  process.env.UBLOCK ?? "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net";

const noBlocker = () =>
  existsSync(join(ublock, "manifest.json"))
    ? null
    : "no uBlock Origin: install it (Debian: apt-get install webext-ublock-origin-firefox) or name its folder with UBLOCK=/path/to/it";

const noStrace = () =>
  spawnSync("strace", ["-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).status === 0
    ? null
    : "no strace 5.3 or newer that may trace: install it (Debian: apt-get install strace); in a container, allow it (docker run --cap-add=SYS_PTRACE)";

/** Also what `pnpm drill` repeats under another seed. */
export const unit = vitest("unit and conformance", "Node, happy-dom", {});

const mysql8 = process.env.TEST_MYSQL8_URL;

/** What MariaDB stands for everywhere else: there is no MySQL that a package brings, so nobody is to be blamed for its lack. */
const stores = {
  ...vitest("stores on MySQL 8", "MySQL 8", { project: "on-mysql" }, { env: { TEST_MYSQL_URL: mysql8 } }),
  ...(!mysql8 && {
    run: async () => ({
      ...{ passed: 0, failed: 0, output: "" },
      skipped: ["unverified: name an empty server with TEST_MYSQL8_URL=mysql://user:password@host/mysql"],
    }),
  }),
};

/** Checks of the sources and what is built from them. */
export const checks = [
  {
    name: "build",
    against: "sources",
    first: true,
    run: async () => {
      try {
        await build();
        return { passed: 1, failed: 0, skipped: [], output: "" };
      } catch (error) {
        return { passed: 0, failed: 1, skipped: [], output: error.message };
      }
    },
  },
  command("format and lint", tool("biome"), ["check", "."]),
  command("types", tool("tsc"), ["-p", "tsconfig.check.json"]),
  command("types of the React example", tool("tsc"), ["-p", "examples/react"]),
  command("types of the Vue example", tool("tsc"), ["-p", "examples/vue"]),
  command("import arrows", process.execPath, ["scripts/check-imports.mjs"]),
  command("files", process.execPath, ["scripts/check-files.mjs"]),
  command("suites", process.execPath, ["scripts/check-suites.mjs"]),
  command("links", process.execPath, ["scripts/check-links.mjs"]),
  command("snippets of the guides", process.execPath, ["scripts/check-snippets.mjs"]),
  command("capture pages", process.execPath, ["scripts/check-captures.mjs"]),
  command("documented errors", process.execPath, ["scripts/check-errors.mjs"]),
  command("changeset configuration", process.execPath, ["scripts/check-changesets.mjs"]),
  command("licences", process.execPath, ["scripts/check-licences.mjs"]),
  command("dead code", tool("knip"), []),
  { ...command("sizes", process.execPath, ["scripts/size.mjs"]), against: "dist, brotli" },
];

/** A folder of e2e, or those of its files whose path has one of `words` in it. */
const endToEnd = (name, against, project, { words = [], ...options } = {}) =>
  vitest(name, against, { config: "e2e/vitest.config.ts", project, words }, options);

/** Whole packages as others get them. To install them compiles SQLite, which takes longest of all and one core. */
const packed = endToEnd("packed", "npm, an empty folder", "packed", { aside: true });

/** The first suite that asks for them installs them for all. */
const runtimes = "binaries of other runtimes";

/** Whole systems: built packages, real processes, real browsers. */
const systems = [
  endToEnd("HTTP end to end", "relay and collector processes", "http"),
  endToEnd("browser end to end", "Chromium", "chromium", { missing: noChromium }),
  endToEnd("script tag", "Chromium", "script", { missing: noChromium }),
  endToEnd("intakes of others", "heat-sdk in Chromium", "intakes", { missing: noChromium }),
  endToEnd("blockers", "uBlock Origin in Firefox, its lists in Chromium", "blockers", {
    missing: () => noBlocker() ?? noFirefox() ?? noChromium(),
  }),
  endToEnd("pass-throughs", "Chromium", "passthrough", { missing: noChromium }),
  endToEnd("faces of relay and collector", "Fastify, Express, NestJS, Hono, Bun, Deno, Workers", "faces", {
    words: ["faces/examples", "faces/collectors", "faces/workers"],
    shares: runtimes,
  }),
  endToEnd("web servers and platforms in front", "nginx, Caddy", "deploy", { missing: noWebServers }),
  endToEnd("Next.js", "npm, Chromium", "next", { missing: noChromium }),
];

/** The exactness rig in an engine; its table is shown. */
const exactness = (engine, file, missing) =>
  endToEnd(`exactness in ${engine}`, engine, "exactness", {
    words: [`exactness/${file}.test`],
    missing,
    shares: "the file of the engines' results",
    shows: /^exactness in .*?\n\n/ms,
  });

/** What proves the promises under faults: a part of each in `npm test`, the whole under `pnpm drill`. */
export const drills = [
  endToEnd("fsync before every answer", "strace of relay and collector", "durability", {
    missing: noStrace,
    words: ["durability/fsync"],
  }),
  endToEnd("fsync in other runtimes", "strace of Bun and Deno", "faces", {
    missing: noStrace,
    words: ["faces/fsync"],
    shares: runtimes,
  }),
  endToEnd("lines and sinks of the rig", "Node", "exactness", {
    words: ["exactness/line", "exactness/sinks", "exactness/tally"],
  }),
  exactness("Chromium", "chromium", noChromium),
  exactness("Firefox", "firefox", noFirefox),
  exactness("WebKitGTK", "webkit", noWebKit),
  endToEnd("killed at any instant", "journal, relay, collector", "durability", { words: ["durability/killed"] }),
  endToEnd("fuzz", "relay and collector processes", "fuzz"),
  endToEnd("damage", "relay and collector processes", "damage"),
  endToEnd("faults", "relay and collector processes", "faults"),
  endToEnd("overload", "relay and collector processes", "overload"),
];

/** What `npm test` runs; every test belongs to one of them, and scripts/check-suites.mjs sees to it. */
export const everything = [...checks, packed, unit, stores, ...drills, ...systems];
