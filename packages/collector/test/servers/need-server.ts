import { beforeEach, inject } from "vitest";

// Where the project's server is missing, its tests are skipped with the reason, and fail with CI=true.
beforeEach(({ skip }) => {
  const { url, missing } = inject("server");
  if (url !== null) return;
  if (process.env.CI === "true") throw new Error(missing);
  skip(missing);
});
