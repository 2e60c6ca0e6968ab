import { planReplay, type ReplayPlan, recognisesCopies, replaySince } from "@isotherm/relay/tools";
import { Command } from "commander";
import type { ResolvedConfig } from "../config/resolved.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { counted, journalPlace, mustRead, withJournal } from "./journal-place.js";
import { type Moment, moment } from "./moment.js";

interface ReplayFlags extends CommonFlags {
  readonly since: Moment;
  readonly target?: string;
  readonly yes?: boolean;
}

/** `isotherm journal replay` */
export function replayCommand(context: Context): Command {
  const command = new Command("replay")
    .description("send targets once more what was received since a time, as far as the journal still has it")
    .argument("<journal>", "relay, or a journal's folder")
    .requiredOption("--since <time>", "a time, as 2026-11-22T09:00:00Z, or how long ago, as 90m, 6h or 2d", moment)
    .option("--target <name>", "this target alone (default: all)")
    .option("--yes", "also to targets that do not recognise what they have already")
    .addHelpText(
      "after",
      `
It sets a target's cursor back to the first record kept that was received since then; everything after it
goes again when the relay starts. The journal keeps what every target has passed only until its segment is
full, so what was delivered long ago is no longer there: the command says from when on records are kept.
Stop the relay first. The ledger counts what goes again as replayed.

Examples:
  $ isotherm journal replay relay --since 2h
  $ isotherm journal replay relay --since 2026-11-22T09:00:00Z --target posthog --yes`,
    );
  return common(command).action((which: string, flags: ReplayFlags) => replay(context, which, flags));
}

async function replay(context: Context, which: string, flags: ReplayFlags): Promise<void> {
  const { terminal, cwd, now } = context;
  const config = await configOf(context, flags);
  const place = journalPlace(which, config, cwd);
  const since = flags.since(now());
  if (which === "collector") {
    throw new CommandError(
      "usage_invalid",
      "the collector stores each batch once, and nothing of it can go again; name relay",
    );
  }
  await withJournal(place, now, async (journal) => {
    const readers = Object.keys((await journal.stats()).readers);
    const { target } = flags;
    if (target !== undefined) await mustRead(journal, place.folder, target);
    const known = place.readers ?? readers;
    if (target !== undefined && !known.includes(target)) {
      throw new CommandError("usage_invalid", `no target goes by ${target} any more; name one of ${known.join(", ")}`);
    }
    const targets = target === undefined ? known.filter((name) => readers.includes(name)) : [target];
    const plans = await Promise.all(targets.map((name) => planReplay(journal, name, since)));
    const doubling = plans.filter((it) => it.again > 0 && !recognises(it.target, config));
    if (doubling.length > 0 && !flags.yes) {
      const what = doubling.map((it) => `${it.target} would store ${counted(it.again, "record")} twice`).join(", ");
      const fix = "add --yes to send them all the same, or name another with --target";
      throw new CommandError("usage_invalid", `${what}, as it does not recognise what it has already; ${fix}`);
    }
    for (const plan of plans) {
      await replaySince(journal, plan);
      terminal.print(told(plan, since));
    }
    if (plans.length === 0) terminal.print("No target reads this journal yet.");
  });
}

function told({ target, again, waiting, keptSince }: ReplayPlan, since: number): string {
  const still = waiting === 0 ? "" : `, besides ${waiting} that still wait`;
  const kept =
    keptSince === null
      ? " The journal holds no record."
      : keptSince > since
        ? ` Nothing received before ${new Date(keptSince).toISOString()} is kept any more.`
        : "";
  return `${target}: ${again === 0 ? "nothing" : counted(again, "record")} to go again${still}.${kept}`;
}

/** What the configuration does not speak of is taken for a target without memory. */
function recognises(target: string, { relay }: ResolvedConfig): boolean {
  if (target === "isotherm") return true;
  const options = relay.targets.find(({ type, name = type }) => name === target);
  return options !== undefined && recognisesCopies(options);
}
