import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder with the script-tag build of `@isotherm/sdk`. */
export function sdkFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("@isotherm/sdk/package.json")), "dist", "script");
}
