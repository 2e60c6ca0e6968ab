import { readFile } from "node:fs/promises";

/** Milliseconds of processor time so far of a process, of all its threads. */
export async function cpuOf(pid) {
  const { own } = await ticksOf(pid);
  return own;
}

/**
 * The same of a process and its children, of which each has one thread: those that run, and those that have ended. Of the
 * former it is exact to less than a millisecond, of the latter to ten.
 */
export async function cpuOfFamily(pid) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const living = [pid, ...children.split(" ").filter((child) => child !== "")];
  const [{ ended }, ...times] = await Promise.all([ticksOf(pid), ...living.map(ranFor)]);
  return times.reduce((sum, ms) => sum + ms, ended);
}

// proc(5): fields 14 to 17 of stat are the time in user and kernel mode, of itself and of the children that it has waited
// for, in ticks of 1/100 s on every Linux.
async function ticksOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ms = (at) => (Number(fields[at]) + Number(fields[at + 1])) * 10;
  return { own: ms(11), ended: ms(13) };
}

/** Nanoseconds on a processor are the first number: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat */
async function ranFor(pid) {
  try {
    return Number((await readFile(`/proc/${pid}/schedstat`, "utf8")).split(" ")[0]) / 1e6;
  } catch (error) {
    // It has ended meanwhile.
    if (error.code === "ENOENT" || error.code === "ESRCH") return 0;
    throw error;
  }
}
