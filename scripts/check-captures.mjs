import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import ts from "typescript";
import { pages } from "./capture-pages.mjs";
import { root, tool } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";
import { codeOf } from "./sdk-sizes.mjs";

// Writes docs/captures from the sources with --write; without it, says which page is no longer what they say.

const folder = `${root}docs/captures/`;
const sdk = `${root}packages/sdk/`;

// Page views are no capture that one names.
const nameless = readdirSync(`${sdk}src/capture`)
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => name !== "pages" && !pages.some((page) => page.name === name));
if (nameless.length > 0) throw new Error(`scripts/capture-pages.mjs has no page for ${nameless.join(", ")}`);

function parsed(file) {
  const path = `${sdk}src/${file}.ts`;
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
}

const comment = (node) => ts.getTextOfJSDocComment(node.jsDoc?.at(-1)?.comment) ?? "";
const byDefault = (node) =>
  ts.getTextOfJSDocComment(ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default")?.comment) ?? "";

function declaration(file, name) {
  const found = parsed(file).statements.find((statement) => statement.name?.text === name);
  if (!found) throw new Error(`packages/sdk/src/${file}.ts declares no ${name}`);
  return found;
}

/** Rows of the options that an interface declares; `path` is what a reader writes before them. */
const optionRows = ({ file, name, path = "" }) =>
  declaration(file, name).members.map((member) => {
    const type = member.type.getText().replaceAll("|", "\\|");
    return `| \`${path}${member.name.getText()}\` | \`${type}\` | ${byDefault(member)} | ${comment(member)} |`;
  });

const compressed = async (imports) => brotliCompressSync(await codeOf({ imports })).length;

const rounded = (bytes) => Math.round(bytes / 50) * 50;

/** What is loaded only when it is needed. */
async function laterCost(lazy) {
  if (!lazy) return "";
  const { length } = brotliCompressSync(await codeOf({ lazy }));
  return ` About ${rounded(length)} bytes more are loaded by the few visitors that are asked.`;
}

async function page({ name, beside = [], options, use, notes, lazy }) {
  const { length } = [...(options ?? [])];
  const bytes = (await compressed(["start", ...beside, name])) - (await compressed(["start", ...beside]));
  const rows = (options ?? []).flatMap(optionRows);
  const wire = readFileSync(`${sdk}test/capture/wire/${name}.jsonl`, "utf8").trim();
  return [
    `<!-- Written by \`node scripts/check-captures.mjs --write\` from packages/sdk. -->`,
    `# \`${name}()\``,
    comment(declaration(`capture/${name}`, name)),
    ...notes,
    `\`\`\`ts\n${use}\n\`\`\``,
    "## What it costs",
    `About ${rounded(bytes)} bytes on top of ${["start", ...beside].map((one) => `\`${one}\``).join(" and ")}, minified and compressed with brotli. What captures share is paid once.${await laterCost(lazy)}`,
    "## Options",
    length === 0 ? "None." : ["| option | type | default | |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    "## What is sent",
    `Taken from [a test](../../packages/sdk/test/capture/wire.test.ts) that compares it with what is really sent; fields that a browser did not fill are absent. \`t\` is milliseconds since the batch began.`,
    `\`\`\`json\n${wire}\n\`\`\``,
    "[All captures](README.md)",
  ].join("\n\n");
}

const index = [
  `<!-- Written by \`node scripts/check-captures.mjs --write\` from packages/sdk. -->`,
  "# Captures",
  "Each is a function for `use`; what is not named is not loaded. The script tag loads them [by name](../guides/script-tag.md), `clicks` with all that adds to it; `experiments` is for npm. Page views are recorded always, and need none.",
  [
    "| capture | what it records |",
    "| --- | --- |",
    ...pages.map(
      ({ name }) =>
        `| [\`${name}()\`](${name}.md) | ${comment(declaration(`capture/${name}`, name)).replace(/\n/g, " ")} |`,
    ),
  ].join("\n"),
  '`data-iso-ignore` on an element keeps it, and all that is in it, out of every capture; `data-iso-mask` keeps its text out of [`snapshots()`](snapshots.md). `data-iso="name"` names an element for good. `data-iso-track="signup" data-iso-track-plan="pro"` tracks a press as `signup` with `plan`, where `clicks()` and `tracked()` are used.',
].join("\n\n");

/** As the repository's pages are formatted. */
function formatted(file, text) {
  const args = ["format", `--stdin-file-path=docs/captures/${file}`];
  const { status, stdout, stderr } = spawnSync(tool("biome"), args, {
    cwd: root,
    input: `${text}\n`,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`docs/captures/${file} cannot be formatted: ${stderr}`);
  return stdout;
}

const written = new Map([["README.md", formatted("README.md", index)]]);
for (const one of pages) written.set(`${one.name}.md`, formatted(`${one.name}.md`, await page(one)));

// A few bytes more or less are no news.
const comparable = (text) => text.replace(/About \d+ bytes/g, "");
const stale = [...written].filter(
  ([file, text]) => !existsSync(folder + file) || comparable(readFileSync(folder + file, "utf8")) !== comparable(text),
);
if (process.argv.includes("--write")) {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of written) writeFileSync(folder + file, text);
} else
  sayFaults(
    stale.map(
      ([file]) => `docs/captures/${file}: not what the sources say; run \`node scripts/check-captures.mjs --write\``,
    ),
  );
