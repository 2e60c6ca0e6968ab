import { join } from "node:path";
import { jsonLine } from "@isotherm/protocol";
import { deadLettersIn, type LetterFilter, replayLetters } from "@isotherm/relay/tools";
import { Command } from "commander";
import { letterHead, letterRow } from "../console/letters.js";
import type { Context } from "../context.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { counted, journalPlace, mustBeJournal, withJournal } from "./journal-place.js";

interface LetterFlags extends CommonFlags, LetterFilter {
  readonly json?: boolean;
}

const filtered = (command: Command): Command =>
  common(command)
    .option("--target <name>", "letters of this target alone")
    .option("--code <code>", "letters with this reason alone, as event_too_large")
    .option("--id <batch>", "letters of this batch alone");

/** `isotherm journal dead-letters` */
export function deadLettersCommand(context: Context): Command {
  const command = filtered(
    new Command("dead-letters")
      .description("list what targets refused for good, the newest last; replay sends it once more")
      .argument("<journal>", "relay, or the folder of a pass-through's journal")
      .option("--json", "print it for programs, an object a line, with what each letter is about")
      .addHelpText(
        "after",
        `
It takes no lock, and may look while the relay runs.

Examples:
  $ isotherm journal dead-letters relay
  $ isotherm journal dead-letters relay --target posthog --code status_400
  $ isotherm journal dead-letters relay --json > letters.ndjson
  $ isotherm journal dead-letters replay relay --target posthog`,
      ),
  ).action((which: string, flags: LetterFlags) => list(context, which, flags));
  return command.addCommand(replayLettersCommand(context));
}

function replayLettersCommand(context: Context): Command {
  const command = new Command("replay")
    .description("put dead letters on their way to their target again, and to it alone")
    .argument("<journal>", "relay, or the folder of a pass-through's journal")
    .addHelpText(
      "after",
      `
Each letter becomes a record in the journal that only its target reads, and is taken out of the list once
that is on disk; a crash in between neither loses nor doubles it. The target gets it when the relay starts,
without the visitor's address, which letters do not keep. Stop the relay first.

Examples:
  $ isotherm journal dead-letters replay relay
  $ isotherm journal dead-letters replay relay --target posthog --code status_400
  $ isotherm journal dead-letters replay ./isotherm-data/relay/passthrough/plausible`,
    );
  return filtered(command).action((which: string, _flags: LetterFlags, self: Command) =>
    // The list's flags of the same names would take them first.
    replay(context, which, self.optsWithGlobals()),
  );
}

async function list(context: Context, which: string, flags: LetterFlags): Promise<void> {
  const { terminal, cwd } = context;
  const { folder, relay } = journalPlace(which, await configOf(context, flags), cwd);
  await mustBeJournal(folder);
  let count = 0;
  for await (const letter of deadLettersIn(join(relay, "dead-letters"), flags)) {
    if (flags.json) terminal.print(jsonLine(letter));
    else {
      if (count === 0) terminal.print(letterHead(terminal.paint));
      terminal.print(letterRow(letter));
    }
    count++;
  }
  terminal.note(`${count === 0 ? "No" : count} dead letter${count === 1 ? "" : "s"}.`);
}

async function replay(context: Context, which: string, flags: LetterFlags): Promise<void> {
  const { terminal, cwd, now } = context;
  const place = journalPlace(which, await configOf(context, flags), cwd);
  await withJournal(place, now, async (journal) => {
    const folder = join(place.relay, "dead-letters");
    const { replayed, copies, unusable, strangers } = await replayLetters({ journal, folder, filter: flags });
    terminal.print(`${counted(replayed, "record")} on the way again; the relay sends them when it starts.`);
    if (copies > 0) terminal.print(`${counted(copies, "letter")} said the same as another, and went with it.`);
    if (unusable > 0) terminal.print(`${counted(unusable, "letter")} cannot be put back together, and stay.`);
    for (const [target, count] of Object.entries(strangers)) {
      terminal.print(`${counted(count, "letter")} for ${target} stay: it does not read ${place.folder}.`);
    }
  });
}
