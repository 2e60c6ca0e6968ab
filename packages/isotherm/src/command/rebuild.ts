import type { RebuildModel } from "@isotherm/collector";
import { Argument, Command } from "commander";
import { progress } from "../console/progress.js";
import type { Context } from "../context.js";
import { mustBeThere, openStore } from "../system/store.js";
import { type CommonFlags, common, configOf } from "./flags.js";

/** `isotherm rebuild heat | sessions | days` */
export function rebuildCommand(context: Context): Command {
  const command = new Command("rebuild")
    .description("derive heatmaps, visits or daily numbers again from the batches that are stored")
    .addArgument(new Argument("<model>", "what is derived again").choices(["heat", "sessions", "days"]))
    .addHelpText(
      "after",
      `
It works in short transactions and may run beside the collector, which goes on taking batches and
answering; until it has ended, answers can mix what was and what is derived anew. Stopped halfway, it
leaves nothing broken: run it again. Visits, heat and days whose batches are gone stay as they are.
"sessions" derives the days that it touches, too.

Examples:
  $ isotherm rebuild sessions
  $ isotherm rebuild heat --data /var/lib/isotherm`,
    );
  return common(command).action((model: RebuildModel, flags: CommonFlags) => rebuild(context, model, flags));
}

async function rebuild(context: Context, model: RebuildModel, flags: CommonFlags): Promise<void> {
  const { terminal, now } = context;
  const { collector } = await configOf(context, flags);
  mustBeThere(collector);
  const store = await openStore(collector, { threads: false });
  try {
    const bar = progress(terminal, `Deriving ${model}`, now);
    await store.rebuild(model, (done, total) => bar.step(done, total));
    bar.end(`Derived ${model} again.`);
  } finally {
    await store.close();
  }
}
