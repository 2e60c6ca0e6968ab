import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, run } from "./run.mjs";

// A page that names a file that is gone has stopped being true.
const { output } = await run("git", ["ls-files", "-co", "--exclude-standard", "*.md"]);
const faults = output
  .split("\n")
  .filter((page) => page !== "" && existsSync(join(root, page)))
  .flatMap((page) => {
    const links = readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g);
    return [...links]
      .filter(([, target]) => !existsSync(join(root, dirname(page), target)))
      .map(([, target]) => `${page} links to ${target}, which does not exist`);
  });
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
