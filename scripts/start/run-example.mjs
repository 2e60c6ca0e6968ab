import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exampleSite } from "../../examples/script-tag/server.mjs";
import { resolveConfig } from "../../packages/isotherm/dist/config/resolve.js";
import { progress } from "../../packages/isotherm/dist/console/progress.js";
import { processTerminal } from "../../packages/isotherm/dist/console/terminal.js";
import { fillDemo } from "../../packages/isotherm/dist/demo/fill.js";
import { complete } from "../../packages/isotherm/dist/setup/complete.js";
import { prepare } from "../../packages/isotherm/dist/setup/prepare.js";
import { signals, untilStopped } from "../../packages/isotherm/dist/shutdown.js";
import { closing } from "../../packages/isotherm/dist/system/closing.js";
import { scriptFile } from "../../packages/isotherm/dist/system/script-file.js";
import { openStore } from "../../packages/isotherm/dist/system/store.js";
import { startSystem } from "../../packages/isotherm/dist/system/system.js";
import { root } from "../run.mjs";

const layoutFile = join(root, "examples/script-tag/demo/layout.json");
const now = Date.now;

/**
 * Runs relay, collector, dashboard and the example site in this process until a signal, and resolves to the exit code.
 *
 * @param {{ demo: boolean, data: string, freePort: (wanted: number, host: string, taken?: number[]) => Promise<number> }} options
 */
export async function runExample({ demo, data, freePort }) {
  const terminal = processTerminal(process);
  const stopping = signals(process).wanted();
  const opened = closing();
  const interrupted = new AbortController();
  stopping.then(() => interrupted.abort());
  try {
    const asked = await configuration(data);
    const { config, paths } = await complete(asked, { id: "harbour", name: "Harbour" });
    const { key, report } = await fill(config, demo, terminal, interrupted.signal);
    const { script, integrity } = await scriptFile(paths.script);
    const site = await exampleSite({ snippet: { key, intake: paths.intake, script, integrity } });
    opened.add(() => site.close());
    const placed = await withPorts(config, freePort);
    const system = await startSystem(
      { ...placed, relay: { ...placed.relay, proxy: [{ path: "/", to: site.url }] } },
      { paths, targets: [], now, note: terminal.note, stopped: stopping },
    );
    if (system === null) throw interrupted.signal.reason;
    opened.add(() => system.close());
    describe(terminal, system, { config, placed, report });
    await untilStopped({ wanted: () => stopping }, terminal, opened.close);
    return 0;
  } catch (error) {
    await opened.close().catch(() => {});
    if (interrupted.signal.aborted) {
      terminal.note("Stopped. The next start goes on.");
      return 0;
    }
    terminal.note(error.code === undefined ? error.stack : `error: ${error.message}`);
    return 1;
  }
}

/** The configuration is kept with the data, so that a clone stays as it was. */
async function configuration(data) {
  await mkdir(data, { recursive: true, mode: 0o700 });
  return resolveConfig({ cwd: data, environment: process.env, flags: { data } });
}

/** Makes site and keys, and fills the demo site where that was asked for and not done yet. */
async function fill(config, demo, terminal, signal) {
  const store = await openStore(config.collector, { threads: true });
  try {
    const { sites, relay } = await prepare({ store, sites: config.sites, data: config.data, now: now() });
    const [{ site, publicKey: key }] = sites;
    if (!demo) return { key, report: undefined };
    const layout = JSON.parse(await readFile(layoutFile, "utf8"));
    const bar = progress(terminal, "Generating visits");
    const onProgress = ({ day, days, of, visits }) => bar.step(days, of, `${day}, ${visits} visits`);
    const report = await fillDemo({
      store,
      data: config.data,
      relay,
      layout,
      timeZone: site.timeZone,
      now,
      signal,
      onProgress,
    });
    if (report.fresh) bar.end(`Generated ${total(report.counts)}, sent through the relay's intake.`);
    return { key, report };
  } finally {
    await store.close();
  }
}

const total = ({ visits, pageViews, clicks, events, batches }) =>
  [
    [visits, "visits"],
    [pageViews, "page views"],
    [clicks, "clicks"],
    [events, "events"],
    [batches, "batches"],
  ]
    .map(([count, name]) => `${count.toLocaleString("en")} ${name}`)
    .join(", ");

/** Takes the next free ports where the usual ones are taken; ports that the environment names are taken at its word. */
async function withPorts(config, freePort) {
  const { relay, collector } = config;
  const pick = (variable, { port, host }, taken) =>
    port === 0 || process.env[variable] ? port : freePort(port, host, taken);
  const relayPort = await pick("ISOTHERM_RELAY_PORT", relay, []);
  const collectorPort = await pick("ISOTHERM_COLLECTOR_PORT", collector, [relayPort]);
  return { ...config, relay: { ...relay, port: relayPort }, collector: { ...collector, port: collectorPort } };
}

function describe({ print, paint }, { relay, collector, prepared }, { config, placed, report }) {
  const moved = ["relay", "collector"]
    .filter((part) => placed[part].port !== config[part].port)
    .map((part) => `Port ${config[part].port} is taken, so the ${part} took ${placed[part].port}.`);
  print();
  print(`${paint.bold("Example site")}  ${paint.accent(`${relay.url}/`)}   records its visitors: click around`);
  print(`${paint.bold("Dashboard")}     ${paint.accent(`${collector.url}/#key=${prepared.readKey}`)}`);
  print(`${paint.bold("Data")}          ${config.data}`);
  if (report) {
    const { counts, from, to, fresh, site } = report;
    const when = `${counts.visits.toLocaleString("en")} visits, ${from} to ${to}`;
    const address = `${collector.url}/?site=${site}#key=${prepared.readKey}`;
    print(`${paint.bold("Generated")}     ${paint.accent(address)}`);
    print(`              ${when}${fresh ? "" : ", made by an earlier start"}`);
  }
  for (const line of moved) print(line);
  print(paint.dim("Ctrl-C stops."));
}
