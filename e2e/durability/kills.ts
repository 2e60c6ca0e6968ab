import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Part, System } from "../kit/system.js";

/** What was killed, and where in its life. */
export interface Kill {
  readonly moment: "starting" | "working";
  /** Milliseconds after it had begun to read its journal, or had become ready. */
  readonly after: number;
}

/** How a part is killed. */
export interface Killing {
  readonly part: Part;
  readonly times: number;
  readonly random: () => number;
  /** Is called whenever the part is ready again. */
  readonly ready: () => Promise<void>;
}

/** Latest instant of a kill, in ms. */
const latest = 300;

/** Kills a part again and again at random instants, every third time while it starts, and leaves it running. */
export async function kill(system: System, { part, times, random, ready }: Killing): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  for (let turn = 0; turn < times; turn++) {
    const moment = turn % 3 === 1 ? "starting" : "working";
    const after = random() * latest;
    if (turn > 0) system.launch(part);
    if (moment === "starting") await recovering(system, part);
    else {
      await system.ready(part);
      await ready();
    }
    await new Promise((resolve) => setTimeout(resolve, after));
    await system.process(part).stop("SIGKILL");
    kills.push({ moment, after });
  }
  await system.start(part);
  await ready();
  return kills;
}

/** Resolves once a part that was launched has taken the lock of its journal, which it then reads. */
async function recovering({ folder, process }: System, part: Part): Promise<void> {
  const journal = join(folder, "isotherm-data", part, "journal");
  const lock = `writer-${process(part).pid}-`;
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (existsSync(journal) && readdirSync(journal).some((name) => name.startsWith(lock))) return;
    if (process(part).hasEnded()) throw new Error(`${part} ended at once:\n${process(part).output()}`);
    // Closer than `until` looks, for what is waited for takes milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`${part} never took its journal`);
}
