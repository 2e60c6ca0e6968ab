// @vitest-environment node
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { brought } from "../../react/test/support/brought.js";

const folder = fileURLToPath(new URL("..", import.meta.url));

test.each([
  ["index.ts", "useExperiment", ["use-experiment.ts", "vue"]],
  ["router.ts", "byRoute", ["@isotherm/sdk", "router.ts"]],
  ["index.ts", "isothermPlugin", ["@isotherm/sdk", "plugin.ts", "track-directive.ts"]],
  ["index.ts", "useTrack", ["nobody.ts", "plugin.ts", "use-isotherm.ts", "use-track.ts", "vue"]],
])("of %s, an app that imports %s gets nothing that it does not need", async (entry, name, files) => {
  expect(await brought(folder, entry, name)).toEqual(files);
});
