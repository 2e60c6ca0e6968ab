import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root, run } from "./run.mjs";

/**
 * Runs `npm test` under other versions of Node, each in a fresh clone of what is committed:
 * `pnpm test:node 22 24`. Node itself comes from npm (package `node-<platform>-<arch>`, binary and headers), so that
 * native packages are compiled against the version that runs them.
 */
const versions = process.argv.slice(2);
if (versions.length === 0) {
  process.stderr.write("Which versions of Node? For example: pnpm test:node 22 24\n");
  process.exit(1);
}

const work = await mkdtemp(join(tmpdir(), "isotherm-node-"));
// Tests of permissions run this Node as another user, who may enter only what all may.
await chmod(work, 0o755);
const results = [];
try {
  for (const version of versions) results.push(await testOn(version));
} finally {
  await rm(work, { recursive: true, force: true });
}
process.stdout.write(
  `\n${results.map(({ node, code, last }) => `Node ${node}: ${code === 0 ? last : "failed"}`).join("\n")}\n`,
);
if (results.some(({ code }) => code !== 0)) process.exitCode = 1;

async function testOn(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(work, `node-${version}`);
  await must("npm", ["install", "--prefix", prefix, "--no-save", "--ignore-scripts", `${name}@${version}`]);
  const home = join(prefix, "node_modules", name);
  const env = { PATH: `${join(home, "bin")}${delimiter}${process.env.PATH}`, npm_config_nodedir: home };
  const node = (await must(join(home, "bin", "node"), ["--version"])).trim();
  process.stdout.write(`\n# Node ${node}\n\n`);
  const clone = join(work, `isotherm-${version}`);
  await must("git", ["clone", "--quiet", root, clone]);
  const { code, output } = await run("npm", ["test"], { show: true, cwd: clone, env });
  return { node, code, last: output.trimEnd().split("\n").at(-1) };
}

async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
  return output;
}
