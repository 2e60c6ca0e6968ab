import { existsSync, readdirSync, readFileSync } from "node:fs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

const guides = "docs/guides/";
/** Guides whose every snippet e2e/chromium/guides.test.ts runs. */
const run = ["consent.md", "csp.md", "npm.md", "script-tag.md"];

/** How far a snippet is indented says where it was cut out. */
const flat = (text) => text.replace(/^[ \t]+/gm, "").trim();

const fence = /(?:<!-- from (\S+) -->\n\n)?```(\w+)\n([\s\S]*?)```/g;

// What a guide shows has been run: by a test of its own, or as part of a file that a test runs.
const snippets = readdirSync(root + guides).flatMap((guide) => {
  const text = readFileSync(root + guides + guide, "utf8");
  const found = [...text.matchAll(fence)];
  if (text.split(/^ *```/m).length - 1 !== 2 * found.length)
    throw new Error(`${guides}${guide} has a snippet that does not say its language`);
  return found.map(([, file, language, snippet = ""]) => ({ guide, file, language, snippet }));
});
const unseen = run.filter((name) => !snippets.some(({ guide }) => guide === name));
if (unseen.length > 0) throw new Error(`no snippet was found in ${unseen.join(", ")}`);
sayFaults(
  snippets.flatMap(({ guide, file, language, snippet }) => {
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
