import { Command } from "commander";
import { familiar } from "../config/familiar.js";
import type { Context } from "../context.js";
import { connectStore } from "../system/store.js";
import { unverified } from "../system/unverified.js";
import { type CommonFlags, common, configOf } from "./flags.js";

interface MigrateFlags extends CommonFlags {
  readonly dryRun?: boolean;
}

/** `isotherm migrate` */
export function migrateCommand(context: Context): Command {
  const command = new Command("migrate")
    .description("bring the schema of the collector's database up to this program")
    .option("--dry-run", "print the SQL that would be run, and run none")
    .addHelpText(
      "after",
      `
A collector does this at each start, unless its configuration sets collector.autoMigrate to false. The database is
the one of the configuration; where that names none, DATABASE_URL, SQLITE_FILE and HEAT_DIALECT do. Steps run
forward alone and under a lock: of two that start at once, one waits.

Examples:
  $ isotherm migrate --dry-run
  $ isotherm migrate --data /var/lib/isotherm
  $ DATABASE_URL=postgres://isotherm@db/isotherm isotherm migrate`,
    );
  return common(command).action((flags: MigrateFlags) => migrate(context, flags));
}

async function migrate(context: Context, flags: MigrateFlags): Promise<void> {
  const { terminal, environment, cwd } = context;
  const config = await configOf(context, flags);
  const named =
    config.collector.store.url ?? config.written.collector?.database ?? environment.ISOTHERM_COLLECTOR_DATABASE;
  const { collector } = named ? config : await configOf(context, flags, familiar(environment, cwd));
  const store = await connectStore(collector, { threads: false, create: flags.dryRun !== true });
  try {
    const doubt = unverified(await store.product());
    if (doubt !== null) terminal.note(`warning: ${doubt}`);
    const steps = await store.pendingSteps();
    if (flags.dryRun === true) {
      for (const { version, name, statements } of steps) {
        terminal.print(`-- ${version}: ${name}`);
        for (const statement of statements) terminal.print(`${statement.trim().replace(/;$/, "")};`);
      }
      terminal.note(steps.length === 0 ? "Nothing to do: the schema is up to date." : "Nothing was run.");
      return;
    }
    await store.migrate();
    const done = steps.map(({ version, name }) => `${version} (${name})`).join(", ");
    terminal.print(steps.length === 0 ? "Nothing to do: the schema is up to date." : `Done: ${done}.`);
  } finally {
    await store.close();
  }
}
