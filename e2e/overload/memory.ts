import { readFileSync, writeFileSync } from "node:fs";

/** Memory that a process has resident now, and the most that it has had since `forgetPeak`, in bytes, as the kernel counts it. */
export function residentOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  return { now: kib("VmRSS") * 1024, peak: kib("VmHWM") * 1024 };
}

/** Lets the peak begin at what is resident now (https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}
