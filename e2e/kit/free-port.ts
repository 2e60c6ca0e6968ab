import { createServer } from "node:net";

// Below what Linux and macOS give to connections (32768 and 49152 on): a port from there may be somebody's again before the
// process that is to have it listens.
const range = { from: 20_000, count: 12_000 };

// Test processes at the same time begin at different places.
let next = process.pid * 37;

/** A port that was free a moment ago: for processes that must come back on the same one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < range.count; tries++) {
    const port = range.from + (next++ % range.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${range.from} to ${range.from + range.count - 1} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
