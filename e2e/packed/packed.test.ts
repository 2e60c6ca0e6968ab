import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, start } from "../kit/process.js";
import { type Packed, packAll } from "./pack.js";

const work = mkdtempSync(join(tmpdir(), "isotherm-packed-"));
const app = join(work, "app");
let packages: readonly Packed[] = [];

// What npm and pnpm pass on to their scripts are this repository's settings, which an app does not have; where the headers
// of the running Node are is the machine's.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name) || name === "npm_config_nodedir"),
);

const inApp = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: app, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const bin = (name: string): string => join(root, "node_modules/.bin", name);

beforeAll(() => {
  mkdirSync(app);
  packages = packAll(work);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  // Beside their peers what an app has of the routers, whose types theirs mention.
  const others = ["@types/react@19", "react-router@7", "vue-router@4"];
  const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  inApp("npm", [...install, ...packages.map(({ tarball }) => tarball), ...others, ...sqlite()]);
  // To compile it once more takes minutes, and shows nothing of ours.
  if (existsSync(compiled)) cpSync(compiled, join(app, "node_modules", driver, "build"), { recursive: true });
});

const driver = "better-sqlite3-12";
const here = join(root, "packages/collector/node_modules", driver);
/** What this workspace's installation has compiled of SQLite for the running Node. */
const compiled = join(here, "build");

/** The same version of SQLite's driver as here, where this Node uses the one that is compiled. */
function sqlite(): readonly string[] {
  if (!existsSync(compiled)) return [];
  const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  return [`${driver}@npm:better-sqlite3@${version}`];
}

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("packed packages", () => {
  test("publint finds nothing to mend in any of them", () => {
    for (const { tarball } of packages) {
      const { stdout, stderr } = spawnSync(bin("publint"), ["run", tarball, "--strict"], { encoding: "utf8" });
      expect(`${stdout}${stderr}`, tarball).toContain("All good!");
    }
  });

  test("attw resolves the types of every entry as ES modules", () => {
    for (const { tarball, name } of packages) {
      const excluded = name === "@isotherm/sdk" ? ["--exclude-entrypoints", "script"] : [];
      execFileSync(bin("attw"), [tarball, "--profile", "esm-only", "--no-emoji", ...excluded], {
        encoding: "utf8",
        stdio: "pipe",
      });
    }
  });

  test("every entry can be imported, and gives what its types say", () => {
    // The conformance suites are written for vitest, which an app need not have.
    const entries = packages.flatMap(({ entries: all }) => all).filter((entry) => !entry.endsWith("/conformance"));
    const lines = entries.map(
      (entry, i) => `import * as m${i} from "${entry}"; export const n${i}: number = Object.keys(m${i}).length;`,
    );
    writeFileSync(join(app, "entries.ts"), lines.join("\n"));
    const options = {
      module: "NodeNext",
      target: "ES2022",
      strict: true,
      types: [],
      lib: ["ES2023", "DOM"],
      noEmit: true,
      jsx: "react-jsx",
      skipLibCheck: true,
    };
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts", "*.tsx"] }));
    inApp(bin("tsc"), ["-p", "."]);
    // Next.js is in the test of its own.
    const loaded = entries.filter((entry) => entry !== "@isotherm/react/next");
    const script = `for (const entry of ${JSON.stringify(loaded)}) if (Object.keys(await import(entry)).length === 0 && entry !== "@isotherm/dashboard") throw new Error(entry + " exports nothing");`;
    inApp(process.execPath, ["--input-type=module", "-e", script]);
  });

  test("the README's npm example type-checks, bundles, and holds no server code", () => {
    const example = /```ts\n(import \{ start[\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
    expect(example).toBeDefined();
    writeFileSync(join(app, "page.ts"), example ?? "");
    inApp(bin("tsc"), ["-p", "."]);
    writeFileSync(join(app, "page.js"), example ?? "");
    const config = `import resolve from "${join(root, "node_modules/@rollup/plugin-node-resolve/dist/es/index.js")}"; export default { input: "page.js", output: { file: "page.bundle.js" }, plugins: [resolve({ browser: true })] };`;
    writeFileSync(join(app, "rollup.config.mjs"), config);
    inApp(bin("rollup"), ["-c", "--silent"]);
    const bundle = readFileSync(join(app, "page.bundle.js"), "utf8");
    // It is the SDK: nothing else outlives its page.
    expect(bundle).toContain("keepalive");
    expect(bundle).not.toMatch(/node:|ajv|webhook/);
  });

  test("the adapters' README examples type-check", () => {
    const example = (name: string): string =>
      /```tsx?\n([\s\S]*?)```/.exec(readFileSync(join(root, "packages", name, "README.md"), "utf8"))?.[1] ?? "";
    expect(example("react")).toContain("<IsothermProvider");
    expect(example("vue")).toContain("isothermPlugin");
    writeFileSync(join(app, "react.tsx"), example("react"));
    writeFileSync(join(app, "vue.ts"), example("vue"));
    const shim = 'declare module "*.vue" { const component: import("vue").Component; export default component; }';
    writeFileSync(join(app, "vue-files.d.ts"), shim);
    inApp(bin("tsc"), ["-p", "."]);
  });

  test("what is for clients only says so in its first line, as React's servers ask", () => {
    const built = (file: string) => readFileSync(join(app, "node_modules/@isotherm/react/dist", file), "utf8");
    for (const file of ["index.js", "provider.js", "use-isotherm.js", "use-experiment.js", "next.js"])
      expect(built(file).split("\n")[0]).toBe('"use client";');
    expect(built("react-router.js")).not.toContain("use client");
  });

  test("npx isotherm serve works in an empty folder and answers", async () => {
    const served = start("npx", ["--no-install", "isotherm", "serve", "--port", "0", "--collector-port", "0"], app);
    try {
      const [, relay] = await served.says(/(http:\/\/127\.0\.0\.1:\d+)/, 120_000);
      expect((await fetch(`${relay}/health/ready`)).status).toBe(200);
    } finally {
      // npm's own exit code after a Ctrl-C tells nothing of the command's.
      await served.stop("SIGINT");
      expect(served.output()).toContain("Stopped. What was acknowledged is on disk.");
    }
  });
});
