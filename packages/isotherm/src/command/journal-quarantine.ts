import { jsonLine } from "@isotherm/protocol";
import { isChosen, type QuarantineFilter, quarantinedIn, replayQuarantine } from "@isotherm/relay/tools";
import { Command } from "commander";
import { quarantineHead, quarantineRow } from "../console/quarantined.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { counted, type JournalPlace, journalPlace, mustBeJournal, withJournal } from "./journal-place.js";

interface QuarantineFlags extends CommonFlags, QuarantineFilter {
  readonly json?: boolean;
}

const filtered = (command: Command): Command =>
  common(command)
    .option("--reason <code>", "requests with this reason alone, as key_unknown")
    .option("--key <key>", "requests under this public key alone");

/** `isotherm journal quarantine` */
export function quarantineCommand(context: Context): Command {
  const command = filtered(
    new Command("quarantine")
      .description("list what the relay's intake refused and kept, the newest last; replay sends it in again")
      .argument("<journal>", "relay, or the folder of a relay's journal")
      .option("--json", "print it for programs, an object a line, with the requests themselves")
      .addHelpText(
        "after",
        `
Nothing is kept unless relay.quarantine.maxBytes in the configuration says how much. What is refused for
its size, rate or origin is not kept, nor is anything under Global Privacy Control or Do Not Track, unless
its site is known to ignore the signal. It takes no lock, and may look while the relay runs.

Examples:
  $ isotherm journal quarantine relay
  $ isotherm journal quarantine relay --reason key_unknown --json
  $ isotherm journal quarantine replay relay --reason key_unknown`,
      ),
  ).action((which: string, flags: QuarantineFlags) => list(context, which, flags));
  return command.addCommand(replayQuarantineCommand(context));
}

function replayQuarantineCommand(context: Context): Command {
  const command = new Command("replay")
    .description("put refused requests through the intake once more, and what is good now into the journal")
    .argument("<journal>", "relay, or the folder of a relay's journal")
    .addHelpText(
      "after",
      `
For after an upgrade, or after a key was mended: keys are those that the relay knew when it was stopped, so
let it run for a minute after a key was made. What is still refused stays. Stop the relay first. A crash in
between neither loses nor doubles a batch, and the ledger counts each as received anew. Batches keep the
day's visitor where the relay knew their site; under a key that it did not know they have none.

Examples:
  $ isotherm journal quarantine replay relay
  $ isotherm journal quarantine replay relay --key pk_…`,
    );
  return filtered(command).action((which: string, _flags: QuarantineFlags, self: Command) =>
    // The list's flags of the same names would take them first.
    replay(context, which, self.optsWithGlobals()),
  );
}

async function list(context: Context, which: string, flags: QuarantineFlags): Promise<void> {
  const { terminal } = context;
  const { folder, relay } = await placeOf(context, which, flags);
  await mustBeJournal(folder);
  let count = 0;
  for await (const { hash: _, ...request } of quarantinedIn(relay)) {
    if (!isChosen(request, flags)) continue;
    if (flags.json) terminal.print(jsonLine(request));
    else {
      if (count === 0) terminal.print(quarantineHead(terminal.paint));
      terminal.print(quarantineRow(request));
    }
    count++;
  }
  terminal.note(`${count === 0 ? "No" : count} request${count === 1 ? "" : "s"} in quarantine.`);
}

async function replay(context: Context, which: string, flags: QuarantineFlags): Promise<void> {
  const { terminal, now } = context;
  const place = await placeOf(context, which, flags);
  await withJournal(place, now, async (journal) => {
    const { journaled, duplicate, refused } = await replayQuarantine({ journal, folder: place.relay, filter: flags });
    terminal.print(`${batches(journaled)} on the way; the relay sends them when it starts.`);
    if (duplicate > 0) terminal.print(`${batches(duplicate)} had come by another way already.`);
    for (const [reason, count] of Object.entries(refused)) {
      terminal.print(`${counted(count, "request")} refused still, and kept: ${reason}.`);
    }
  });
}

const batches = (count: number): string => `${count} batch${count === 1 ? "" : "es"}`;

async function placeOf(context: Context, which: string, flags: QuarantineFlags): Promise<JournalPlace> {
  if (which === "collector") throw new CommandError("usage_invalid", "a collector has no quarantine; name relay");
  return journalPlace(which, await configOf(context, flags), context.cwd);
}
