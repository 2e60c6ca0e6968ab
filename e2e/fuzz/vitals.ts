import { readdirSync } from "node:fs";
import { type Running, root, start } from "../kit/process.js";
import type { Part } from "../kit/system.js";
import { until } from "../kit/until.js";

/** How a process is. */
export interface Vitals {
  /** Bytes of the heap and of buffers, once all garbage is gone. */
  readonly held: number;
  /** Bytes of memory that the system gave it. */
  readonly resident: number;
  /** Files and connections that it has open. */
  readonly handles: number;
}

/** Runs a part of the built command so that `vitalsOf` can look into it. */
export function probed(folder: string): (part: Part, env: Record<string, string>) => Running {
  const command = `${root}packages/isotherm/bin/isotherm.mjs`;
  const flags = ["--expose-gc", "--import", `${root}e2e/fuzz/probe.mjs`];
  return (part, env) => start(process.execPath, [...flags, command, part], folder, env);
}

const spoken = /^probe (\{.*\})$/gm;

/** Looks at a process that `probed` started. */
export async function vitalsOf(running: Running): Promise<Vitals> {
  const before = [...running.output().matchAll(spoken)].length;
  process.kill(running.pid, "SIGUSR2");
  const said = await until("a process to say how much memory it holds", async () =>
    [...running.output().matchAll(spoken)].at(before),
  );
  const { heapUsed, external, rss } = JSON.parse(said[1] as string) as NodeJS.MemoryUsage;
  return { held: heapUsed + external, resident: rss, handles: handlesOf(running.pid) };
}

/** Files and connections that a process has open. */
export function handlesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
