import { readFileSync } from "node:fs";

/** The installed version of a package that is measured. */
export function version(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}
