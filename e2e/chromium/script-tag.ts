import { isotherm } from "../kit/process.js";
import type { System } from "../kit/system.js";

/** The snippet exactly as `isotherm init` prints it, freezing every second. */
export async function scriptTag({ folder }: System): Promise<string> {
  const init = isotherm(["init"], folder);
  if ((await init.ended) !== 0) throw new Error(init.output());
  const tag = /<script[^>]*><\/script>/.exec(init.output())?.[0];
  if (!tag) throw new Error(`isotherm init printed no script tag:\n${init.output()}`);
  return tag.replace("<script ", '<script data-every="1000" ');
}
