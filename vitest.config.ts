import { defineConfig } from "vitest/config";

/** Milliseconds: what a test may take on two busy cores before it counts as hanging. */
const deadline = 60_000;

const source = { conditions: ["@isotherm/source"] };

const project = (name: string, environment: "node" | "happy-dom" = "node") => ({
  resolve: source,
  ssr: { resolve: source },
  test: {
    name,
    environment,
    testTimeout: deadline,
    hookTimeout: deadline,
    setupFiles: ["scripts/seed.mjs"],
    include: [`packages/${name}/test/**/*.test.{ts,tsx}`],
  },
});

export default defineConfig({
  test: {
    projects: [
      project("protocol"),
      project("journal"),
      project("sdk", "happy-dom"),
      project("relay"),
      project("collector"),
      project("dashboard", "happy-dom"),
      project("isotherm"),
    ],
  },
});
