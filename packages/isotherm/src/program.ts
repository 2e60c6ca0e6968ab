import { Command } from "commander";
import type { Context } from "./context.js";
import { version } from "./version.js";

type Build = (context: Context) => Command;

/** In the order of the help. Each brings modules of its own: a relay needs nothing of a collector, a journal's reader of neither. */
const commands: { readonly [name: string]: () => Promise<Build> } = {
  serve: async () => (await import("./command/serve.js")).serveCommand,
  init: async () => (await import("./command/init.js")).initCommand,
  relay: async () => (await import("./command/relay.js")).relayCommand,
  collector: async () => (await import("./command/collector.js")).collectorCommand,
  doctor: async () => (await import("./command/doctor.js")).doctorCommand,
  keys: async () => (await import("./command/keys.js")).keysCommand,
  migrate: async () => (await import("./command/migrate.js")).migrateCommand,
  journal: async () => (await import("./command/journal.js")).journalCommand,
  rebuild: async () => (await import("./command/rebuild.js")).rebuildCommand,
  import: async () => (await import("./command/import.js")).importCommand,
};

/** The command line for `args`: with the one command that they name, or with all where they name none. */
export async function program(context: Context, args: readonly string[]): Promise<Command> {
  const { terminal } = context;
  const root = new Command("isotherm")
    .description("First-party analytics and heatmaps that you own, from the browser to the database.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .addHelpText(
      "after",
      `
Examples:
  $ isotherm serve                      everything in one process; makes what is missing
  $ isotherm init --name "My shop"      choose paths, make a site and its keys, print the snippet
  $ isotherm doctor https://shop.example/ whether pages, script and intake work, from outside
  $ isotherm keys list                  what may send, read and forward
  $ isotherm migrate --dry-run          what a newer version would change in the database's schema
  $ isotherm journal inspect relay      what waits on disk, and for whom
  $ isotherm journal verify             whether everything on disk is whole
  $ isotherm rebuild sessions           derive visits again from the batches that are stored

Configuration is read from isotherm.config.json or isotherm.config.mjs in the working folder; variables
as ISOTHERM_RELAY_PORT override the file, and flags override both.`,
    );
  const [named = ""] = args;
  const loads = Object.hasOwn(commands, named) ? [commands[named]] : Object.values(commands);
  for (const load of loads) {
    if (load) root.addCommand((await load())(context));
  }
  settle(root, terminal.print, terminal.note);
  return root;
}

/** Commander's own behaviour, for every command alike: errors are thrown, and its output goes where ours goes. */
function settle(command: Command, print: (line: string) => void, note: (line: string) => void): void {
  const trimmed = (write: (line: string) => void) => (text: string) => write(text.replace(/\n$/, ""));
  command
    .exitOverride()
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: trimmed(print),
      writeErr: trimmed(note),
      outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")} See ${pathOf(command)} --help.`),
    });
  for (const child of command.commands) settle(child, print, note);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
