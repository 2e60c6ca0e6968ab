import { readdirSync, readFileSync } from "node:fs";
import { until } from "../kit/until.js";

/** A process of this machine. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
}

/** All processes that have not ended, as Linux shows them. */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((name) => {
      try {
        // What a process is called may hold blanks and brackets; its parent comes second after it.
        const [state, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        const args = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), args }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

/** The processes that satisfy `first`, and all that descend from them. */
export function family(first: (process: Process) => boolean): Process[] {
  const all = processes();
  const ours = new Set(all.filter(first));
  for (let size = -1; size !== ours.size; ) {
    size = ours.size;
    const pids = new Set([...ours].map(({ pid }) => pid));
    for (const one of all) if (pids.has(one.parent)) ours.add(one);
  }
  return [...ours];
}

/** Ends processes at once, and resolves when they are gone. */
export async function kill(those: readonly Process[]): Promise<void> {
  for (const { pid } of those) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It followed another into its end.
    }
  }
  const pids = new Set(those.map(({ pid }) => pid));
  await until("processes to end", async () => (processes().some(({ pid }) => pids.has(pid)) ? null : true));
}
