import { isotherm } from "./process.js";
import type { System } from "./system.js";

/** The snippet exactly as `isotherm init` prints it; with `every`, batches are frozen after that many milliseconds. */
export async function scriptTag({ folder }: System, every?: number): Promise<string> {
  const init = isotherm(["init"], folder);
  if ((await init.ended) !== 0) throw new Error(init.output());
  const tag = /<script[^>]*><\/script>/.exec(init.output())?.[0];
  if (!tag) throw new Error(`isotherm init printed no script tag:\n${init.output()}`);
  return every === undefined ? tag : tag.replace("<script ", `<script data-every="${every}" `);
}
