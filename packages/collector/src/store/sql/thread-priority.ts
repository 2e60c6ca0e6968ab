import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { basename } from "node:path";

/** A tenth of the others' share where all want a core: https://man7.org/linux/man-pages/man7/sched.7.html */
const nicer = 10;
const nicest = 19;

/**
 * Lets the threads that answer go first where cores are short: what is to be projected is on disk and can wait, a browser
 * cannot. On Linux alone, where a thread has a priority of its own; elsewhere it stays as it is.
 */
export function yieldToOthers(): void {
  try {
    // The file system is asked on the thread that asks: https://man7.org/linux/man-pages/man5/proc_thread-self.5.html
    const thread = Number(basename(readlinkSync("/proc/thread-self")));
    setPriority(thread, Math.min(nicest, getPriority(thread) + nicer));
  } catch {
    // No /proc, or not allowed: everything works, only less smoothly.
  }
}
