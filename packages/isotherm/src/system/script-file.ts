import { loadScript } from "@isotherm/relay";
import { CommandError } from "../error.js";
import { sdkFolder } from "./sdk-folder.js";

/** Where pages load the script from, and the hash that they check it by: as a relay on this machine serves it. */
export async function scriptFile(path: string): Promise<{ readonly script: string; readonly integrity: string }> {
  try {
    const { entry, integrity } = await loadScript(sdkFolder());
    return { script: `${path}/${entry}`, integrity };
  } catch (cause) {
    throw new CommandError("setup_missing", (cause as Error).message, { cause });
  }
}
