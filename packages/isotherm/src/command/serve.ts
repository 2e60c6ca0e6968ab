import { Command } from "commander";
import type { ProxyConfig } from "../config/options.js";
import type { ResolvedConfig } from "../config/resolved.js";
import { targetsOf } from "../config/targets.js";
import type { Context } from "../context.js";
import { complete } from "../setup/complete.js";
import { secretsFile } from "../setup/secrets.js";
import { untilStopped } from "../shutdown.js";
import { scriptTag } from "../snippet.js";
import { loopback } from "../system/loopback.js";
import { scriptFile } from "../system/script-file.js";
import { type System, startSystem } from "../system/system.js";
import { unverified } from "../system/unverified.js";
import { type CommonFlags, common, configOf, port, proxy } from "./flags.js";
import { type SiteFlags, siteFlags, siteOf, withoutEffect } from "./site-flags.js";

interface ServeFlags extends CommonFlags, SiteFlags {
  readonly host?: string;
  readonly port?: number;
  readonly collectorPort?: number;
  readonly proxy?: readonly ProxyConfig[];
}

/** `isotherm serve` */
export function serveCommand(context: Context): Command {
  const command = new Command("serve")
    .description("run relay, collector and dashboard in one process, on SQLite unless another database is named")
    .option("-p, --port <port>", "the relay's port, which browsers talk to (default: 8787)", port)
    .option("--collector-port <port>", "the collector's and dashboard's port (default: 8788)", port)
    .option("--host <address>", "address that both listen on (default: 127.0.0.1)")
    .option("--proxy <path=address>", "what else the relay's origin serves; repeatable", proxy)
    .addHelpText(
      "after",
      `
Without a configuration, the first start chooses the paths, makes a site named after this folder with its
keys, and writes isotherm.config.json; later starts go on with them. The --site, --name, --origin and
--time-zone flags only describe that first site.

Examples:
  $ isotherm serve
  $ isotherm serve --proxy /=http://127.0.0.1:3000     your site and Isotherm on one origin
  $ isotherm serve --port 0 --collector-port 0         any free ports
  $ ISOTHERM_RELAY_HOST=0.0.0.0 isotherm serve         reachable from other machines`,
    );
  return siteFlags(common(command)).action((flags: ServeFlags) => serve(context, flags));
}

async function serve(context: Context, flags: ServeFlags): Promise<void> {
  const { environment, terminal, now, stop } = context;
  const stopping = stop.wanted();
  const asked = await configOf(context, flags, {
    relay: {
      ...(flags.port === undefined ? {} : { port: flags.port }),
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.proxy === undefined ? {} : { proxy: flags.proxy }),
    },
    collector: {
      ...(flags.collectorPort === undefined ? {} : { port: flags.collectorPort }),
      ...(flags.host === undefined ? {} : { host: flags.host }),
    },
  });
  const targets = targetsOf(asked, environment);
  const idle = withoutEffect(flags, asked, false);
  if (idle !== undefined) terminal.note(`warning: ${idle}`);
  const { config, paths, file } = await complete(asked, asked.sites.length > 0 ? {} : siteOf(flags));
  const { note } = terminal;
  const system = await startSystem(config, { paths, targets, now, note, stopped: stopping });
  if (file !== null) terminal.print(`Wrote ${file}: keep it, pages rely on its paths.`);
  if (system === null) return note("Stopped before the database answered.");
  const { product } = system;
  const doubt = product === null ? null : unverified(product);
  if (doubt !== null) note(`warning: ${doubt}`);
  await describe(context, config, system, paths);
  await untilStopped({ wanted: () => stopping }, terminal, system.close);
}

async function describe(
  { terminal: { print, paint, watched } }: Context,
  config: ResolvedConfig,
  { relay, collector, prepared, product }: System,
  paths: { readonly intake: string; readonly script: string },
): Promise<void> {
  const script = await scriptFile(paths.script);
  // Into a log that others read, the key goes once, when it is made; a person at a terminal sees it each time.
  const open = watched || prepared.made.includes("read key");
  const dashboard = loopback(collector.url);
  print();
  print(`${paint.bold("Relay")}      ${paint.accent(loopback(relay.url))}`);
  if (config.collector.dashboard) {
    const link = open ? `${dashboard}/#key=${prepared.readKey}` : `${dashboard}/`;
    print(`${paint.bold("Dashboard")}  ${paint.accent(link)}`);
    if (!open) print(`           ${paint.dim(`its key: readKey in ${secretsFile(config.data)}`)}`);
  } else {
    print(`${paint.bold("Collector")}  ${paint.accent(dashboard)}`);
  }
  if (relay.targets.length > 0) print(`${paint.bold("Targets")}    ${relay.targets.join(", ")}`);
  print(`${paint.bold("Database")}   ${product ?? "away"}`);
  print(`${paint.bold("Data")}       ${config.data}`);
  for (const { site, publicKey } of prepared.sites) {
    print();
    print(paint.bold(`${site.name}: put this into the head of each page`));
    print(scriptTag({ publicKey, paths, ...script }));
  }
  print();
  print(
    paint.dim(`Pages must reach the relay on their own origin: pass ${paths.intake} and ${paths.script} on to it,`),
  );
  print(paint.dim("or let it serve your site with --proxy. Ctrl-C stops."));
}
