import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectorFlags } from "../ingest/contenders.mjs";
import { readKey } from "./key.mjs";

/** Starts a collector on a database, and asks it over one kept connection. */
export async function client({ address, cpu }) {
  const folder = await mkdtemp(join(tmpdir(), "query-bench-"));
  const child = fork(new URL("server.mjs", import.meta.url), [...address, folder], { execArgv: collectorFlags });
  const [{ url }] = await once(child, "message");
  child.on("exit", (code, signal) => {
    if (code !== 0) process.stderr.write(`the collector under test ended: ${signal ?? `code ${code}`}\n`);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${readKey.text}` };
  return {
    /** The whole of an answer, as text, and how long it took to come. */
    ask: (path) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        get(`${url}${path}`, { agent, headers }, (response) => {
          const parts = [];
          response.on("data", (part) => parts.push(part));
          response.on("end", () => {
            const ms = performance.now() - started;
            const text = Buffer.concat(parts).toString("utf8");
            if (response.statusCode === 200) resolve({ ms, text });
            else reject(new Error(`${path} was answered ${response.statusCode}: ${text}`));
          });
          response.on("error", reject);
        }).on("error", reject);
      }),
    /** CPU in ms that the process has taken, and its database's server; the memory that the former holds in bytes. */
    async usage() {
      child.send("usage");
      const [usage] = await once(child, "message");
      return { ...usage, server: await cpu() };
    },
    async close() {
      agent.destroy();
      if (child.connected) {
        child.send("close");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true });
    },
  };
}
