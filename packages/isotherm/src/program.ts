import { Command } from "commander";
import { collectorCommand } from "./command/collector.js";
import { doctorCommand } from "./command/doctor.js";
import { importCommand } from "./command/import.js";
import { initCommand } from "./command/init.js";
import { journalCommand } from "./command/journal.js";
import { keysCommand } from "./command/keys.js";
import { migrateCommand } from "./command/migrate.js";
import { rebuildCommand } from "./command/rebuild.js";
import { relayCommand } from "./command/relay.js";
import { serveCommand } from "./command/serve.js";
import type { Context } from "./context.js";
import { version } from "./version.js";

/** The whole command line. */
export function program(context: Context): Command {
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
  const commands = [
    serveCommand,
    initCommand,
    relayCommand,
    collectorCommand,
    doctorCommand,
    keysCommand,
    migrateCommand,
    journalCommand,
    rebuildCommand,
    importCommand,
  ];
  for (const command of commands) {
    root.addCommand(command(context));
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
