import { defineConfig } from "vitest/config";

const project = (name: string, timeout: number) => ({
  test: {
    name,
    root: import.meta.dirname,
    include: [`${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    expect: { poll: { timeout: 20_000 } },
    // Whole systems share two cores: one file at a time keeps deadlines honest.
    fileParallelism: false,
    passWithNoTests: false,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("packed", 1_200_000),
      project("http", 300_000),
      project("blockers", 180_000),
      project("chromium", 300_000),
      project("intakes", 300_000),
      project("deploy", 120_000),
      project("faces", 180_000),
      project("next", 300_000),
      project("script", 180_000),
      project("passthrough", 300_000),
      project("durability", 600_000),
      project("damage", 300_000),
      project("exactness", 600_000),
      project("fuzz", 300_000),
      project("faults", 600_000),
      project("overload", 300_000),
    ],
  },
});
