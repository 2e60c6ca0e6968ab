import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cpuOf } from "./process-cpu.mjs";

/** For whoever wants to know where the time goes, as `BENCH_NODE_ARGS="--cpu-prof --cpu-prof-dir=profiles"`. */
const nodeArgs = (process.env.BENCH_NODE_ARGS ?? "").split(" ").filter((arg) => arg !== "");

/** Starts a contender, the module at `file`, as a process of its own, whose Node gets `execArgv` beside those. */
export async function startServer(file, args = [], execArgv = []) {
  const path = fileURLToPath(file);
  const child = fork(path, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [...nodeArgs, ...execArgv],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const says = (field) =>
    new Promise((resolve, reject) => {
      const onMessage = (message) => {
        if (!(field in message)) return;
        child.off("message", onMessage);
        resolve(message);
      };
      child.on("message", onMessage);
      ended.then((code) => reject(new Error(`${path} ended with ${code} before it said ${field}`)));
    });
  const { url, pid } = await says("url");
  const ask = async (what, options) => {
    const said = says(what);
    child.send({ ask: what, with: options });
    return (await said)[what];
  };
  return {
    url,
    /** Puts a question to the contender, which `serve` answers. */
    ask,
    /** Resolves once everything that was acknowledged is where it belongs; at once, where it is so already. */
    settled: () => ask("settled"),
    /** Milliseconds of processor time so far, of all its threads. */
    cpu: () => cpuOf(pid),
    /** Bytes of resident memory: now, and the most so far. */
    memory: () => memoryOf(pid),
    /** Lets it stand still, as if the machine had other work, and go on. */
    pause: () => process.kill(pid, "SIGSTOP"),
    resume: () => process.kill(pid, "SIGCONT"),
    async stop() {
      child.send({ ask: "stop" });
      const code = await ended;
      if (code !== 0) throw new Error(`${path} ended with ${code}`);
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** Starts a contender, works with it and stops it. */
export async function withServer(start, work) {
  const server = await start();
  try {
    const result = await work(server);
    await server.stop();
    return result;
  } catch (error) {
    server.kill();
    throw error;
  }
}

async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const bytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1_024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}
