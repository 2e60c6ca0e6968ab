import { opendirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** A third of the others' share where all want a core: https://man7.org/linux/man-pages/man7/sched.7.html */
const nicer = 5;
const nicest = 19;

/** As many of V8's helpers Node starts by itself: https://nodejs.org/api/cli.html#--v8-pool-sizenum */
const helpersByDefault = 4;

/**
 * Lets the threads that answer go before V8's helpers where cores are short: these compile and gather garbage, most of it the
 * store's, and what they leave undone a thread does for itself. On Linux alone, where a thread has a priority of its own;
 * elsewhere it stays as it is.
 */
export function yieldHelpers(): void {
  try {
    // Node starts them right after the main thread, behind one that keeps their time, and whatever else it starts after
    // them (`WorkerThreadsTaskRunner` in https://github.com/nodejs/node/blob/v20.x/src/node_platform.cc).
    for (const thread of threads().slice(1, 2 + helpers()))
      setPriority(thread, Math.min(nicest, getPriority(thread) + nicer));
  } catch {
    // No /proc, or not allowed: everything works, only less smoothly.
  }
}

/** In the order in which they were started, which is the kernel's; `readdirSync` would sort them by name. */
function threads(): number[] {
  const folder = opendirSync("/proc/self/task");
  try {
    const found: number[] = [];
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) found.push(Number(entry.name));
    return found;
  } finally {
    folder.closeSync();
  }
}

function helpers(): number {
  const said = [process.env.NODE_OPTIONS ?? "", ...process.execArgv].join(" ");
  const [size] = [...said.matchAll(/--v8-pool-size[= ](\d+)/g)].map(([, count]) => Number(count)).slice(-1);
  return size ?? helpersByDefault;
}
