import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type VerifiedJournal, verifyJournal } from "@isotherm/journal/file";
import { Command } from "commander";
import { progress } from "../console/progress.js";
import { size } from "../console/size.js";
import { verification } from "../console/verification.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { folders } from "../system/folders.js";
import { type CommonFlags, common, configOf } from "./flags.js";

interface VerifyFlags extends CommonFlags {
  readonly json?: boolean;
}

/** A journal and what was found in it. */
interface Verified extends VerifiedJournal {
  readonly folder: string;
}

/** `isotherm journal verify` */
export function verifyCommand(context: Context): Command {
  const command = new Command("verify")
    .description("read every byte, and report what is damaged, with file and offsets")
    .argument("[journal...]", "relay, collector, or journals' folders (default: relay and collector)")
    .option("--json", "print it for programs, as one object")
    .addHelpText(
      "after",
      `
It takes no lock and changes nothing. It reports what a server that starts on the journal shows as damage
in its health. Beside a running server it speaks for what was acknowledged before it began and is still
kept; what is being written at that moment can show as torn. A torn end was never acknowledged, so that
nothing is lost with it, and is no damage.

Exit codes: 0 whole, 3 damaged, 1 it could not be read at all, 2 a mistake in flags or configuration.

Examples:
  $ isotherm journal verify
  $ isotherm journal verify relay --json
  $ isotherm journal verify /backup/collector/journal`,
    );
  return common(command).action((which: readonly string[], flags: VerifyFlags) => verify(context, which, flags));
}

async function verify(context: Context, which: readonly string[], flags: VerifyFlags): Promise<void> {
  const { terminal, now } = context;
  const found: Verified[] = [];
  for (const folder of await wanted(context, which, flags)) {
    const bar = progress(terminal, "Verifying", now);
    const onProgress = (read: number, total: number): void => bar.step(read, total, `${size(read)} of ${size(total)}`);
    const journal = await verifyJournal(folder, { onProgress }).catch((cause: unknown) => {
      throw new CommandError("journal_unreadable", `${folder} cannot be read: ${(cause as Error).message}`, { cause });
    });
    bar.end(`Verified ${size(journal.bytes)} in ${folder}.`);
    found.push({ folder, ...journal });
  }
  const damaged = found.filter(({ whole }) => !whole);
  if (flags.json) terminal.print(JSON.stringify({ whole: damaged.length === 0, journals: found }, null, 2));
  else for (const one of found) for (const line of verification(one, terminal.paint)) terminal.print(line);
  if (damaged.length === 0) return;
  const names = damaged.map(({ folder }) => folder).join(" and ");
  throw new CommandError(
    "journal_damaged",
    `damage in ${names}; everything else in there can be read, and a server that starts on it goes on with that`,
  );
}

/** Folders of journals that are there. Of those that nobody named, the ones that were never written are passed over. */
async function wanted(context: Context, which: readonly string[], flags: VerifyFlags): Promise<readonly string[]> {
  const { relayJournal, collectorJournal } = folders((await configOf(context, flags)).data);
  const named: { readonly [name: string]: string } = { relay: relayJournal, collector: collectorJournal };
  const asked = which.map((one) => named[one] ?? resolve(context.cwd, one));
  const all = asked.length > 0 ? asked : [relayJournal, collectorJournal];
  const there: string[] = [];
  for (const folder of all) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory()) there.push(folder);
    else if (asked.length > 0) throw nothingIn(folder);
    else context.terminal.note(`${folder} is not there: nothing has been written to it yet.`);
  }
  if (there.length === 0) throw nothingIn(all.join(" and "));
  return there;
}

function nothingIn(folder: string): CommandError {
  return new CommandError("journal_unreadable", `${folder} is no journal: nothing has been written there yet`);
}
