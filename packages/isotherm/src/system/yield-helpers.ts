import { opendirSync } from "node:fs";
import { availableParallelism, getPriority, setPriority } from "node:os";

/** A third of the others' share where all want a core: https://man7.org/linux/man-pages/man7/sched.7.html */
const nicer = 5;
const nicest = 19;

/** How many helpers of V8's Node starts by itself: https://nodejs.org/api/cli.html#--v8-pool-sizenum */
const helpersByDefault = 4;

/**
 * Lets the threads that answer go before V8's helpers where cores are short: these compile and gather garbage, most of it the
 * store's, and what they leave undone a thread does for itself. A relay alone has no store: its helpers work for what answers.
 * On Linux alone, where a thread has a priority of its own; elsewhere it stays as it is.
 */
export function yieldHelpers(): void {
  try {
    // Right after the main thread Node starts one that keeps their time, then the helpers, then everything else
    // (`WorkerThreadsTaskRunner` in https://github.com/nodejs/node/blob/v22.x/src/node_platform.cc).
    const lower = Math.min(nicest, getPriority() + nicer);
    for (const thread of threads().slice(1, 2 + helpers())) setPriority(thread, lower);
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
  const [size = helpersByDefault] = [...said.matchAll(/--v8[-_]pool[-_]size[= ]"?(\d+)/g)]
    .map(([, count]) => Number(count))
    .slice(-1);
  // With 0 Node chooses (`GetActualThreadPoolSize`, in the same file).
  return size === 0 ? Math.max(1, availableParallelism() - 1) : size;
}
