// @vitest-environment node
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { dashboardFolder } from "../src/index.js";

describe("dashboardFolder", () => {
  test("is the absolute folder that the build writes, seen from source as from dist", () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    expect(isAbsolute(dashboardFolder)).toBe(true);
    expect(dashboardFolder).toBe(join(root, "dist", "app"));
  });
});
