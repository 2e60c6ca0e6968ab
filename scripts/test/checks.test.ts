import { describe, expect, test } from "vitest";
import { checked, type Files } from "./workspace.js";

const passes = { code: 0, output: "" };
const refuses = (words: string) => ({ code: 1, output: expect.stringContaining(words) });

/** The files without those whose path begins so. */
const without = (files: Files, path: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith(path)));

describe("files", () => {
  const sound: Files = {
    "packages/sdk/src/start.ts": "export const start = 1;\n",
    "e2e/one.ts": "",
    "examples/one.ts": "",
    "bench/one.mjs": "",
  };

  test("passes what is as it should be", () => {
    expect(checked("files", sound)).toEqual(passes);
  });

  test.each([
    ["packages/sdk/src/send/long.ts", "\n".repeat(300), "has 301 lines"],
    ["packages/sdk/src/utils.ts", "", "name the file after what it does"],
    ["e2e/open.ts", `// ${"TO"}${"DO"}: the rest`, "has an unfinished mark"],
  ])("refuses %s", (path, text, words) => {
    expect(checked("files", { ...sound, [path]: text })).toEqual(
      refuses(`${path}${words.startsWith("name") ? ": " : " "}${words}`),
    );
  });

  test.each(["packages", "e2e", "examples", "bench"])("refuses to pass without any file in %s", (folder) => {
    expect(checked("files", without(sound, folder))).toEqual(refuses("no file matches"));
  });
});

describe("imports", () => {
  const names = ["protocol", "journal", "sdk", "react", "vue", "dashboard", "relay", "collector", "isotherm"];
  const sound: Files = {
    ...Object.fromEntries(names.map((name) => [`packages/${name}/src/index.ts`, "export {};\n"])),
    "packages/react/src/index.ts": 'import { start } from "@isotherm/sdk";\nexport { start };\n',
  };

  test("passes what keeps to the arrows", () => {
    expect(checked("imports", sound)).toEqual(passes);
  });

  test.each([
    ["relay", 'import "@isotherm/collector";', "imports @isotherm/collector, which relay may not"],
    ["sdk", 'import { x } from "@isotherm/protocol/seal";', "only its main entry is allowed"],
    ["vue", 'import { x } from "../../sdk/src/start.js";', "reaches out of its package"],
    ["vue", 'import { x } from "./start";', "without its ending"],
  ])("refuses in %s %s", (name, line, words) => {
    expect(checked("imports", { ...sound, [`packages/${name}/src/more.ts`]: line })).toEqual(refuses(words));
  });

  test("refuses a package that nobody drew an arrow for, and one that is empty or gone", () => {
    expect(checked("imports", { ...sound, "packages/extra/src/index.ts": "" })).toEqual(
      refuses("packages/extra has no line"),
    );
    expect(checked("imports", without(sound, "packages/relay"))).toEqual(
      refuses("packages/relay/src has no sources to look at"),
    );
  });

  test("refuses to pass when it finds no import at all", () => {
    expect(checked("imports", { ...sound, "packages/react/src/index.ts": "" })).toEqual(refuses("no import"));
  });
});

describe("links", () => {
  const sound: Files = {
    "README.md": "[a page](docs/page.md#part) and [another](https://a.example)",
    "docs/page.md": "",
  };

  test("passes links that lead somewhere, and refuses those that do not", () => {
    expect(checked("links", sound)).toEqual(passes);
    expect(checked("links", without(sound, "docs"))).toEqual(
      refuses("README.md links to docs/page.md, which does not exist"),
    );
  });

  test("refuses to pass without pages, and without links", () => {
    expect(checked("links", {})).toEqual(refuses("no file matches"));
    expect(checked("links", { "README.md": "nothing" })).toEqual(refuses("no page links to a file"));
  });
});

describe("errors", () => {
  const sound: Files = {
    "packages/sdk/src/error.ts": 'export type SdkCode = "options_invalid" | "capture_failed";\n',
    "docs/errors.md": "`options_invalid` and `capture_failed`",
  };

  test("passes codes that are explained, and refuses one that is not, wherever it is", () => {
    expect(checked("errors", sound)).toEqual(passes);
    const more = { "packages/vue/src/deep/wrong.ts": 'export type VueCode =\n  | "router_missing";' };
    expect(checked("errors", { ...sound, ...more })).toEqual(
      refuses("docs/errors.md does not explain router_missing of packages/vue/src/deep/wrong.ts"),
    );
  });

  test("refuses to pass without codes, and without the page", () => {
    expect(checked("errors", { ...sound, "packages/sdk/src/error.ts": "" })).toEqual(refuses("no code was found"));
    expect(checked("errors", without(sound, "docs"))).toEqual(refuses("errors.md"));
  });
});

describe("snippets", () => {
  const run = Object.fromEntries(
    ["consent.md", "csp.md", "npm.md", "script-tag.md"].map((name) => [`docs/guides/${name}`, "```js\nrun();\n```\n"]),
  );
  const sound: Files = {
    ...run,
    "docs/guides/vue.md": "<!-- from examples/vue/main.ts -->\n\n```ts\n  start();\n```\n\n```sh\nnpm i\n```\n",
    "examples/vue/main.ts": "import it;\nstart();\n",
  };

  test("passes what is run or taken from a file that is", () => {
    expect(checked("snippets", sound)).toEqual(passes);
  });

  test.each([
    ["examples/vue/main.ts", "stop();", "is not in examples/vue/main.ts any more"],
    ["docs/guides/vue.md", "```ts\nstart();\n```\n", "names no file that it is from"],
    ["docs/guides/vue.md", "<!-- from gone.ts -->\n\n```ts\nstart();\n```\n", "shows gone.ts, which does not exist"],
    ["docs/guides/vue.md", "```\nstart();\n```\n", "has a snippet that does not say its language"],
    ["docs/guides/npm.md", "no snippet", "no snippet was found in npm.md"],
  ])("refuses another %s: %j", (path, text, words) => {
    expect(checked("snippets", { ...sound, [path]: text })).toEqual(refuses(words));
  });

  test("refuses to pass without guides", () => {
    expect(checked("snippets", { "docs/guides/README.md": "" })).toEqual(refuses("no snippet was found in consent.md"));
  });
});

describe("changesets", () => {
  const config = '{ "changelog": false }';
  const sound: Files = {
    "changeset.config.json": config,
    ".changeset/config.json": config,
    ".changeset/better.md": '---\n"@isotherm/sdk": minor\n---\n\nBetter.\n',
    "packages/sdk/package.json": '{ "name": "@isotherm/sdk" }',
  };

  test("passes one configuration in two places, and changes of packages that there are", () => {
    expect(checked("changesets", sound)).toEqual(passes);
  });

  test.each([
    ["changeset.config.json", "{}", "differ"],
    [".changeset/better.md", '---\n"@isotherm/skd": minor\n---\n\nBetter.\n', "is no package of ours"],
    [".changeset/better.md", '---\n"@isotherm/sdk": small\n---\n\nBetter.\n', "is no package of ours"],
    [".changeset/better.md", "---\n---\n\nBetter.\n", "names no package"],
    [".changeset/better.md", '---\n"@isotherm/sdk": minor\n---\n', "says nothing"],
  ])("refuses another %s: %j", (path, text, words) => {
    expect(checked("changesets", { ...sound, [path]: text })).toEqual(refuses(words));
  });

  test("refuses to pass on two configurations that say nothing", () => {
    const empty = { "changeset.config.json": "{}", ".changeset/config.json": "{}" };
    expect(checked("changesets", { ...sound, ...empty })).toEqual(refuses("says nothing"));
  });
});

describe("captures", () => {
  test("refuses a capture that has no page, and to pass without sources", () => {
    expect(checked("captures", { "packages/sdk/src/capture/swipes.ts": "" })).toEqual(
      refuses("scripts/capture-pages.mjs has no page for swipes"),
    );
    expect(checked("captures", {})).toEqual(refuses("packages/sdk/src/capture"));
  });
});
