import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** For whoever wants to know where the time goes, as `BENCH_NODE_ARGS="--cpu-prof --cpu-prof-dir=profiles"`. */
const execArgv = (process.env.BENCH_NODE_ARGS ?? "").split(" ").filter((arg) => arg !== "");

/** Starts a contender on a folder, as a process of its own. */
export async function startServer(contender, folder, mode = "") {
  const file = fileURLToPath(new URL(`./contenders/${contender}.mjs`, import.meta.url));
  const child = fork(file, [folder, mode], { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const says = (field) =>
    new Promise((resolve, reject) => {
      const onMessage = (message) => {
        if (!(field in message)) return;
        child.off("message", onMessage);
        resolve(message[field]);
      };
      child.on("message", onMessage);
      ended.then((code) => reject(new Error(`${contender} ended with ${code} before it said ${field}`)));
    });
  const url = await says("url");
  return {
    url,
    /** Resolves once everything that was acknowledged can be found in its database. */
    async settled() {
      child.send("settle");
      await says("settled");
    },
    /** Milliseconds of processor time so far, of all its threads. */
    cpu: () => cpuOf(child.pid),
    /** Bytes of resident memory: now, and the most so far. */
    memory: () => memoryOf(child.pid),
    async stop() {
      child.send("stop");
      const code = await ended;
      if (code !== 0) throw new Error(`${contender} ended with ${code}`);
    },
    kill: () => child.kill("SIGKILL"),
  };
}

// proc(5): fields 14 and 15 of stat are the time in user and kernel mode, in ticks of 1/100 s on every Linux.
async function cpuOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const bytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1_024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}
