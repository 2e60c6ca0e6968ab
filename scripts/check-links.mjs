import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listFiles } from "./list-files.mjs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

// A page that names a file that is gone has stopped being true.
const links = (await listFiles(["*.md"])).flatMap((page) => {
  const found = readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g);
  return [...found].map(([, target]) => ({ page, target }));
});
if (links.length === 0) throw new Error("no page links to a file: what is looked for is written in another way");
sayFaults(
  links
    .filter(({ page, target }) => !existsSync(join(root, dirname(page), target)))
    .map(({ page, target }) => `${page} links to ${target}, which does not exist`),
);
