import { readFileSync, writeFileSync } from "node:fs";
import { root, run, tool } from "./run.mjs";

/**
 * Writes a generated block of a page: Markdown that goes between the comments `<!-- NAME: … -->` and `<!-- /NAME -->`.
 * `page` is a path from the repository's root.
 */
export async function writeBlock(page, name, markdown) {
  const path = `${root}${page}`;
  const text = readFileSync(path, "utf8");
  const block = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n)[^]*(<!-- /${name} -->)`);
  if (!block.test(text))
    throw new Error(`${page} has no block for ${name}: give it <!-- ${name}: … --> and <!-- /${name} -->`);
  writeFileSync(
    path,
    text.replace(block, (_, begin, end) => `${begin}\n${markdown.trim()}\n\n${end}`),
  );
  const { code, output } = await run(tool("biome"), ["format", "--write", path]);
  if (code !== 0) throw new Error(output);
}
