import type { Range, ReaderState } from "@isotherm/journal";
import { owed } from "@isotherm/relay/tools";
import { Command } from "commander";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { counted, journalPlace, mustRead, withJournal } from "./journal-place.js";

interface ForgetFlags extends CommonFlags {
  readonly yes?: boolean;
}

/** `isotherm journal forget` */
export function forgetCommand(context: Context): Command {
  const command = new Command("forget")
    .description("give up a reader that no target goes by any more, with all that waits for it")
    .argument("<journal>", "relay, collector, or a journal's folder")
    .argument("<reader>", "as isotherm journal inspect shows it")
    .option("--yes", "also where records wait for it, which it then never gets")
    .addHelpText(
      "after",
      `
A target that was taken out of the configuration keeps its place, and the journal keeps everything for it:
health names such readers as strangers. Stop the relay first; it must not be running.

Examples:
  $ isotherm journal forget relay old-webhook
  $ isotherm journal forget relay old-webhook --yes
  $ isotherm journal forget ./isotherm-data/relay/passthrough/posthog posthog-copy`,
    );
  return common(command).action((which: string, reader: string, flags: ForgetFlags) =>
    forget(context, which, reader, flags),
  );
}

async function forget(context: Context, which: string, reader: string, flags: ForgetFlags): Promise<void> {
  const { terminal, cwd, now } = context;
  const place = journalPlace(which, await configOf(context, flags), cwd);
  const { folder, readers } = place;
  await withJournal(place, now, async (journal) => {
    await mustRead(journal, folder, reader);
    if (readers?.includes(reader)) {
      const fix = "take that out of the configuration first, or the relay goes on with it";
      throw new CommandError("usage_invalid", `${reader} is a target; ${fix}`);
    }
    if (reader.startsWith("projector-")) {
      throw new CommandError("usage_invalid", `${reader} is the collector itself; without it nothing is stored`);
    }
    const { first, last, readers: states } = await journal.stats();
    const waiting = keptFor(states[reader], first, last);
    if (waiting > 0 && !flags.yes) {
      const what = `${counted(waiting, "record")} would never reach ${reader}`;
      throw new CommandError("usage_invalid", `${what}; add --yes to give them up`);
    }
    await journal.forget(reader);
    // With nobody left to read, everything would go: the next reader shall find what is kept.
    if (Object.keys(states).length > 1) await journal.trim(last);
    const given = waiting === 0 ? "nothing waited for it" : `gave up ${counted(waiting, "record")} that waited for it`;
    terminal.print(`Forgot ${reader}: ${given}.`);
  });
}

/** Records that wait for a reader and are still kept: what the bound has driven out is lost to it already. */
function keptFor(
  { position, ahead = [] }: ReaderState = { position: 0, tally: {} },
  first: number,
  last: number,
): number {
  const from = Math.max(position, first - 1);
  const settled = ahead.flatMap(([start, end]): Range[] => (end > from ? [[Math.max(start, from + 1), end]] : []));
  return owed(last, { position: from, tally: {}, ahead: settled });
}
