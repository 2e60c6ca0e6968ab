import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, isBuilt } from "./build.mjs";
import { install } from "./install.mjs";
import { root } from "./run.mjs";
import { ticking } from "./start/ticking.mjs";

const usage = `npm start [-- --demo] [-- --data <folder>]

Installs, builds and runs the whole system with an example site that records its visitors, until Ctrl-C.

  --demo           also fill a site of its own with a month of generated visits
  --data <folder>  where everything is kept (default: isotherm-data in this clone)
`;

try {
  const { demo, data, help } = options();
  if (help) process.stdout.write(usage);
  else {
    await ticking("Installing", install);
    await buildChanges();
    // Only now is there something to import.
    const { runExample } = await import("./start/run-example.mjs");
    process.exitCode = await runExample({ demo, data, freePort });
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        demo: { type: "boolean", default: false },
        data: { type: "string", default: join(root, "isotherm-data") },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return { ...values, data: resolve(values.data) };
  } catch (error) {
    throw new Error(`${error.message}\n\n${usage}`);
  }
}

/** Builds, unless what was built last is newer than every source. */
async function buildChanges() {
  if (isBuilt()) return;
  process.stdout.write("Building …\n");
  await ticking("Building", build);
}

/** The first free port from `wanted` on that is not in `taken`. */
async function freePort(wanted, host, taken = []) {
  for (let port = wanted; port < wanted + 200; port++) {
    if (!taken.includes(port) && (await isFree(port, host))) return port;
  }
  throw new Error(`None of the ports ${wanted} to ${wanted + 199} is free on ${host}.`);
}

function isFree(port, host) {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", (error) => (error.code === "EADDRINUSE" ? done(false) : fail(error)));
    server.listen(port, host, () => server.close(() => done(true)));
  });
}
