import { expect, test } from "vitest";
import { checked, type Files } from "./workspace.js";

const suites = (...tests: readonly object[]): string =>
  `export const everything = [{ name: "checks", script: "scripts/check-alone.mjs" }, ...${JSON.stringify(tests)}];`;
const config = (...names: readonly string[]): string => {
  const projects = names.map((name) => ({ test: { name, include: [`${name}/**/*.test.ts`] } }));
  return `export default { test: { projects: ${JSON.stringify(projects)} } };`;
};

const sound: Files = {
  "vitest.config.ts": config("sdk", "e2e"),
  "sdk/start.test.ts": "",
  "e2e/way.test.ts": "",
  "e2e/fuzz/wire.test.ts": "",
};
const all = { name: "all", tests: { project: "sdk" } };
const way = { name: "way", tests: { project: "e2e", words: ["e2e/way"] } };
const fuzz = { name: "fuzz", tests: { project: "e2e", words: ["fuzz/"] } };

/** What the check says of a repository's tests, without what it says of its checks. */
function said(files: Files, ...tests: readonly object[]): readonly string[] {
  const { output } = checked("suites", { ...files, "scripts/suites.mjs": suites(...tests) });
  return output.split("\n").filter((line) => line !== "" && !/^scripts\/check-/.test(line));
}

test("has nothing to say where every test is in a suite", () => {
  expect(said(sound, all, way, fuzz)).toEqual([]);
});

test("names the test that no suite runs, and the words that name none", () => {
  expect(said(sound, all, way)).toEqual(["e2e/fuzz/wire.test.ts is run by no suite of scripts/suites.mjs"]);
  const astray = { name: "astray", tests: { project: "e2e", words: ["e2e/way", "fuzz/wier"] } };
  expect(said(sound, all, astray, fuzz)).toEqual(['the suite "astray" runs fuzz/wier, which is in no test\'s path']);
  const gone = { name: "gone", tests: { project: "http" } };
  expect(said(sound, all, way, fuzz, gone)).toEqual([
    'the suite "gone" runs vitest.config.ts\'s project http, which has no tests',
  ]);
});

test("names a test that no project of vitest includes", () => {
  const files = { ...sound, "examples/vue/app.test.ts": "", "sdk/other.spec.tsx": "" };
  expect(said(files, all, way, fuzz)).toEqual([
    "examples/vue/app.test.ts is run by no suite of scripts/suites.mjs",
    "sdk/other.spec.tsx is run by no suite of scripts/suites.mjs",
  ]);
});

test("refuses to pass where vitest finds no tests at all", () => {
  const { "vitest.config.ts": one = "" } = sound;
  expect(said({ "vitest.config.ts": one }, all).join("\n")).toContain("has no tests");
});

test("names a check that no suite runs", () => {
  const files = { ...sound, "scripts/check-alone.mjs": "", "scripts/check-new.mjs": "" };
  const { code, output } = checked("suites", { ...files, "scripts/suites.mjs": suites(all, way, fuzz) });
  expect(code).toBe(1);
  expect(output).toContain("scripts/check-new.mjs is run by no suite of scripts/suites.mjs");
  expect(output).not.toContain("check-alone");
});
