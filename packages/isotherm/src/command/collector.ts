import { Command } from "commander";
import type { Context } from "../context.js";
import { remembersKeys } from "../setup/known-last.js";
import { secretsFile } from "../setup/secrets.js";
import { untilStopped } from "../shutdown.js";
import { bringStore } from "../system/bring-store.js";
import { opening } from "../system/closing.js";
import { loopback } from "../system/loopback.js";
import { runCollector } from "../system/run-collector.js";
import { unverified } from "../system/unverified.js";
import { type CommonFlags, common, configOf, port } from "./flags.js";

interface CollectorFlags extends CommonFlags {
  readonly host?: string;
  readonly port?: number;
}

/** `isotherm collector` */
export function collectorCommand(context: Context): Command {
  const command = new Command("collector")
    .description("run a collector with its dashboard alone, for relays on other machines")
    .option("-p, --port <port>", "port to listen on (default: 8788)", port)
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .addHelpText(
      "after",
      `
Make the sites with "isotherm init" first, and a credential for each relay with "isotherm keys create relay".

Examples:
  $ isotherm collector --host 0.0.0.0
  $ isotherm collector --data /var/lib/isotherm`,
    );
  return common(command).action((flags: CollectorFlags) => collector(context, flags));
}

async function collector(context: Context, flags: CollectorFlags): Promise<void> {
  const { terminal, stop, now } = context;
  const { print, paint } = terminal;
  const stopping = stop.wanted();
  const config = await configOf(context, flags, {
    collector: {
      ...(flags.port === undefined ? {} : { port: flags.port }),
      ...(flags.host === undefined ? {} : { host: flags.host }),
    },
  });
  const started = await opening(async (opened) => {
    const known = async () => (remembersKeys(config.data) ? true : null);
    const brought = await bringStore(config, { now, known, note: terminal.note, stopped: stopping });
    if (brought === null) return null;
    const { store, prepared } = brought;
    opened.add(() => store.close());
    const running = await runCollector(config, { store, now, flag: "--port" });
    opened.add(() => running.close());
    return { running, prepared, product: prepared && (await store.product()), close: () => opened.close() };
  });
  if (started === null) return terminal.note("Stopped before the database answered.");
  const { running, prepared, product, close } = started;
  const doubt = product === null ? null : unverified(product);
  if (doubt !== null) terminal.note(`warning: ${doubt}`);
  print(`${paint.bold("Collector")}  ${paint.accent(loopback(running.url))}`);
  if (running.metricsUrl !== null) print(`${paint.bold("Metrics")}    ${running.metricsUrl}`);
  print(
    `${paint.bold("Sites")}      ${prepared === null ? "as they were known last" : prepared.sites.map(({ site }) => site.id).join(", ") || "none; isotherm init makes one"}`,
  );
  print(`${paint.bold("Read key")}   in ${secretsFile(config.data)}`);
  print(`${paint.bold("Database")}   ${product ?? "away"}`);
  print(`${paint.bold("Data")}       ${config.data}`);
  print(paint.dim("Ctrl-C stops."));
  await untilStopped({ wanted: () => stopping }, terminal, close);
}
