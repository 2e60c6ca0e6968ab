// @vitest-environment node
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { brought } from "./support/brought.js";

const folder = fileURLToPath(new URL("..", import.meta.url));

test.each([
  ["index.ts", "useExperiment", ["react", "use-experiment.ts"]],
  ["react-router.ts", "byRoute", ["@isotherm/sdk", "react-router.ts"]],
  ["next.ts", "nextRoutes", ["@isotherm/sdk", "next.ts"]],
  ["index.ts", "IsothermProvider", ["@isotherm/sdk", "forward.ts", "mountable.ts", "provider.ts", "react"]],
  ["index.ts", "useTrack", ["forward.ts", "provider.ts", "react", "use-isotherm.ts", "use-track.ts"]],
])("of %s, an app that imports %s gets nothing that it does not need", async (entry, name, files) => {
  expect(await brought(folder, entry, name)).toEqual(files);
});
