import { Command } from "commander";
import type { ProxyConfig } from "../config/options.js";
import type { ResolvedConfig } from "../config/resolved.js";
import { targetsOf } from "../config/targets.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { untilStopped } from "../shutdown.js";
import { loopback } from "../system/loopback.js";
import { type RunningRelay, runRelay, type Upstream } from "../system/run-relay.js";
import { scriptFile } from "../system/script-file.js";
import { type CommonFlags, common, configOf, port, proxy } from "./flags.js";

interface RelayFlags extends CommonFlags {
  readonly host?: string;
  readonly port?: number;
  readonly collector?: string;
  readonly proxy?: readonly ProxyConfig[];
}

/** `isotherm relay` */
export function relayCommand(context: Context): Command {
  const command = new Command("relay")
    .description("run a relay alone, in front of a collector on another machine")
    .option("-p, --port <port>", "port to listen on (default: 8787)", port)
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--collector <address>", "the collector's base address, as https://collector.example")
    .option("--proxy <path=address>", "what else the relay's origin serves; repeatable", proxy)
    .addHelpText(
      "after",
      `
It needs the paths from isotherm.config.json, the collector's address, and a credential, which
"isotherm keys create relay" makes on the collector's machine. Keep the secret in the environment.
Other backends get events too where relay.targets in the configuration names them. With those, or
with relay.passthrough, it needs no collector; sites then name the public keys of their pages.

Examples:
  $ ISOTHERM_RELAY_COLLECTOR_KEY_ID=rk_… ISOTHERM_RELAY_COLLECTOR_SECRETS=whsec_… \\
      isotherm relay --collector https://collector.example
  $ isotherm relay --host 0.0.0.0 --port 80 --proxy /=http://127.0.0.1:3000`,
    );
  return common(command).action((flags: RelayFlags) => relay(context, flags));
}

async function relay(context: Context, flags: RelayFlags): Promise<void> {
  const { environment, terminal, stop, now } = context;
  const stopping = stop.wanted();
  const config = await configOf(context, flags, {
    relay: {
      ...(flags.port === undefined ? {} : { port: flags.port }),
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.proxy === undefined ? {} : { proxy: flags.proxy }),
      ...(flags.collector === undefined ? {} : { collector: { url: flags.collector } }),
    },
  });
  const paths = pathsOf(config);
  const targets = targetsOf(config, environment);
  const upstream = upstreamOf(config, targets.length);
  const running = await runRelay(config, { paths, upstream, targets, now });
  await describe(context, config, running, paths);
  await untilStopped({ wanted: () => stopping }, terminal, running.close);
}

async function describe(
  { terminal: { print, paint } }: Context,
  config: ResolvedConfig,
  { url, metricsUrl, targets }: RunningRelay,
  paths: { readonly intake: string; readonly script: string },
): Promise<void> {
  const { script } = await scriptFile(paths.script);
  print(`${paint.bold("Relay")}      ${paint.accent(loopback(url))}`);
  if (metricsUrl !== null) print(`${paint.bold("Metrics")}    ${metricsUrl}`);
  print(`${paint.bold("Intake")}     ${paths.intake}`);
  print(`${paint.bold("Script")}     ${script}`);
  print(`${paint.bold("Collector")}  ${config.relay.collector.url ?? "none"}`);
  if (targets.length > 0) print(`${paint.bold("Targets")}    ${targets.join(", ")}`);
  print(`${paint.bold("Data")}       ${config.data}`);
  print(paint.dim("Ctrl-C stops."));
}

/** A relay alone chooses nothing: its paths are those that pages already have. */
function pathsOf({ relay: { paths } }: ResolvedConfig): { readonly intake: string; readonly script: string } {
  const { intake, script } = paths ?? {};
  if (intake !== undefined && script !== undefined) return { intake, script };
  const field = intake === undefined ? "relay.paths.intake" : "relay.paths.script";
  throw new CommandError(
    "config_invalid",
    `${field}: is missing; isotherm init chooses it, or set it as your pages have it`,
  );
}

/** The collector; none where other backends or pass-throughs are what the relay is there for. */
function upstreamOf(
  { relay: { collector, passthrough }, sites }: ResolvedConfig,
  targets: number,
): Upstream | undefined {
  const { url, keyId, secrets } = collector;
  if (url === undefined && keyId === undefined && targets + passthrough.length > 0) {
    for (const [index, { keys = [] }] of sites.entries()) {
      if (targets > 0 && keys.length === 0) {
        const fix = "is missing; without a collector, name the public keys of its pages";
        throw new CommandError("config_invalid", `sites[${index}].keys: ${fix}`);
      }
    }
    if (targets > 0 && sites.length === 0) {
      throw new CommandError(
        "config_invalid",
        "sites: is missing; without a collector, name at least one, with its keys",
      );
    }
    return undefined;
  }
  if (url === undefined) throw missing("url", "as https://collector.example, or give --collector");
  if (keyId === undefined) throw missing("keyId", "isotherm keys create relay makes it");
  if (secrets === undefined)
    throw missing(
      "secrets",
      "set ISOTHERM_RELAY_COLLECTOR_SECRETS to the whsec_… that isotherm keys create relay printed",
    );
  return { url, keyId, secrets };
}

function missing(field: string, fix: string): CommandError {
  return new CommandError("config_invalid", `relay.collector.${field}: is missing; ${fix}`);
}
