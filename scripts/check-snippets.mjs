import { existsSync, readdirSync, readFileSync } from "node:fs";
import { root } from "./run.mjs";

const guides = "docs/guides/";
/** Guides whose every snippet e2e/chromium/guides.test.ts runs. */
const run = ["consent.md", "csp.md", "npm.md", "script-tag.md"];

/** How far a snippet is indented says where it was cut out. */
const flat = (text) => text.replace(/^[ \t]+/gm, "").trim();

const fence = /(?:<!-- from (\S+) -->\n\n)?```(\w+)\n([\s\S]*?)```/g;

// What a guide shows has been run: by a test of its own, or as part of a file that a test runs.
const faults = readdirSync(root + guides).flatMap((guide) =>
  [...readFileSync(root + guides + guide, "utf8").matchAll(fence)].flatMap(([, file, language, snippet = ""]) => {
    const line = JSON.stringify(snippet.trim().split("\n")[0]);
    if (file !== undefined) {
      if (!existsSync(root + file)) return [`${guides}${guide} shows ${file}, which does not exist`];
      return flat(readFileSync(root + file, "utf8")).includes(flat(snippet))
        ? []
        : [`${guides}${guide}: what begins with ${line} is not in ${file} any more`];
    }
    return language === "sh" || run.includes(guide)
      ? []
      : [`${guides}${guide}: what begins with ${line} names no file that it is from, as <!-- from … -->`];
  }),
);
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
