import { type InspectedJournal, inspectJournal } from "@isotherm/journal/file";
import { Command } from "commander";
import { inspection, type LastRecord } from "../console/inspection.js";
import { progress } from "../console/progress.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { type CommonFlags, common, configOf, whole } from "./flags.js";
import { deadLettersCommand } from "./journal-dead-letters.js";
import { forgetCommand } from "./journal-forget.js";
import { journalPlace, mustBeJournal } from "./journal-place.js";
import { quarantineCommand } from "./journal-quarantine.js";
import { replayCommand } from "./journal-replay.js";
import { verifyCommand } from "./journal-verify.js";

interface InspectFlags extends CommonFlags {
  readonly last: number;
  readonly json?: boolean;
}

/** Records and bytes of one step through a journal. */
const stride = { records: 2_000, bytes: 8_388_608 } as const;

/** `isotherm journal` */
export function journalCommand(context: Context): Command {
  const journal = new Command("journal")
    .description("look into the journals of relay and collector, and send again what they keep")
    .addHelpText(
      "after",
      `
Examples:
  $ isotherm journal inspect relay
  $ isotherm journal verify
  $ isotherm journal dead-letters relay
  $ isotherm journal quarantine relay
  $ isotherm journal replay relay --since 2h
  $ isotherm journal forget relay old-webhook`,
    );
  journal.addCommand(
    common(
      new Command("inspect")
        .description("show depth, readers, counters, damage and the last records, without their content")
        .argument("<journal>", "relay, collector, or a journal's folder")
        .option("--last <count>", "records to list, by id", whole, 5)
        .option("--json", "print it for programs, as one object")
        .addHelpText(
          "after",
          `
It takes no lock and changes nothing, so it may look while the journal is being written. What is being
written at that moment can show as a torn end: look again.

Examples:
  $ isotherm journal inspect relay
  $ isotherm journal inspect ./isotherm-data/collector/journal --last 20`,
        ),
    ).action((which: string, flags: InspectFlags) => inspect(context, which, flags)),
  );
  for (const command of [verifyCommand, deadLettersCommand, quarantineCommand, replayCommand, forgetCommand]) {
    journal.addCommand(command(context));
  }
  return journal;
}

async function inspect(context: Context, which: string, flags: InspectFlags): Promise<void> {
  const { terminal, cwd, now } = context;
  const { folder } = journalPlace(which, await configOf(context, flags), cwd);
  await mustBeJournal(folder);
  const journal = await inspectJournal(folder).catch((cause: unknown) => {
    throw new CommandError("journal_unreadable", `${folder} cannot be read: ${(cause as Error).message}`, { cause });
  });
  const stats = await journal.stats();
  const bar = progress(terminal, "Checking", now);
  const { last, read } = await walk(journal, stats.first, stats.records, flags.last, (done) =>
    bar.step(done, stats.records, `${done} of ${stats.records} records`),
  );
  bar.end(`Checked ${read} records.`);
  const report = { folder, stats, read, last };
  if (flags.json) return terminal.print(JSON.stringify(report, null, 2));
  for (const line of inspection(report, terminal.paint, now())) terminal.print(line);
}

/** Reads everything once, in bounded memory; a record that cannot be read would end it with the journal's own error. */
async function walk(
  journal: InspectedJournal,
  first: number,
  total: number,
  keep: number,
  onStep: (done: number) => void,
): Promise<{ readonly last: readonly LastRecord[]; readonly read: number }> {
  const last: LastRecord[] = [];
  let after = Math.max(0, first - 1);
  let read = 0;
  while (read < total) {
    const records = await journal.read(after, stride);
    const end = records.at(-1);
    if (end === undefined) break;
    for (const { position, id, data } of records) last.push({ position, id, bytes: data.byteLength });
    last.splice(0, Math.max(0, last.length - keep));
    after = end.position;
    read += records.length;
    onStep(read);
  }
  return { last, read };
}
