import { access } from "node:fs/promises";
import { join } from "node:path";

const installed = "./node_modules/isotherm/config.schema.json";
const published = "https://raw.githubusercontent.com/isotherm/isotherm/main/packages/isotherm/config.schema.json";

/** What `$schema` should say in a configuration of this folder: the installed package's file, if there is one. */
export async function schemaAddress(folder: string): Promise<string> {
  return access(join(folder, installed)).then(
    () => installed,
    () => published,
  );
}
