import { expect, test } from "vitest";
import { checked, type Files } from "./workspace.js";

const json = (manifest: object): string => JSON.stringify({ version: "1.0.0", ...manifest });
const needs = (...names: readonly string[]): { readonly [name: string]: string } =>
  Object.fromEntries(names.map((name) => [name, "*"]));

/** A package that needs one, which needs another. */
const sound: Files = {
  "packages/sdk/package.json": json({ name: "sdk", license: "MIT", dependencies: needs("near") }),
  "packages/sdk/node_modules/near/package.json": json({ license: "(GPL-3.0-only OR MIT)", dependencies: needs("far") }),
  "packages/sdk/node_modules/far/package.json": json({ licenses: [{ type: "Apache-2.0" }] }),
};
const far = "packages/sdk/node_modules/far/package.json";

test("passes what may be used freely, in one way at least", () => {
  expect(checked("licences", sound)).toEqual({ code: 0, output: "" });
});

test.each([
  [json({ license: "AGPL-3.0-or-later" }), "sdk > near > far 1.0.0 is under AGPL-3.0-or-later"],
  [json({ license: "MIT AND SSPL-1.0" }), "sdk > near > far 1.0.0 is under MIT AND SSPL-1.0"],
  [json({}), "sdk > near > far 1.0.0 is under no licence"],
])("refuses %s, and says by which way it comes", (manifest, line) => {
  expect(checked("licences", { ...sound, [far]: manifest })).toEqual({ code: 1, output: `${line}\n` });
});

test("looks at what is built into a package, and not at what only builds it", () => {
  const beside = { "packages/vue/package.json": json({ name: "vue", devDependencies: needs("tool") }) };
  const tool = { "packages/vue/node_modules/tool/package.json": json({ license: "GPL-3.0-only" }) };
  expect(checked("licences", { ...sound, ...beside, ...tool })).toEqual({ code: 0, output: "" });
  const within = json({ name: "sdk", dependencies: needs("near"), devDependencies: needs("far") });
  const files = { ...sound, "packages/sdk/package.json": within, [far]: json({ license: "GPL-3.0-only" }) };
  expect(checked("licences", files).output).toContain("sdk > far 1.0.0 is under GPL-3.0-only");
});

test("refuses to pass where nothing is installed, and where nothing is needed", () => {
  const { "packages/sdk/package.json": alone = "" } = sound;
  const nothing = "no package was looked at: what is needed lies elsewhere\n";
  expect(checked("licences", { "packages/sdk/package.json": alone })).toEqual({
    code: 1,
    output: `sdk needs near, which is not installed\n${nothing}`,
  });
  expect(checked("licences", { "packages/sdk/package.json": json({ name: "sdk" }) })).toEqual({
    code: 1,
    output: nothing,
  });
});
