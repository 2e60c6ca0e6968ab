import { resolve } from "node:path";
import { type DaysImportReport, importGa4, importHeat, importPlausible, type Store } from "@isotherm/collector";
import { Command } from "commander";
import { nearest } from "../config/nearest.js";
import { progress } from "../console/progress.js";
import type { Context } from "../context.js";
import { CommandError } from "../error.js";
import { openStore } from "../system/store.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { counted } from "./journal-place.js";

interface ImportFlags extends CommonFlags {
  readonly site?: string;
  readonly project?: string;
}

/** `isotherm import heat | plausible | ga4` */
export function importCommand(context: Context): Command {
  const command = new Command("import").description("take over what another collector has").addHelpText(
    "after",
    `
Examples:
  $ isotherm import heat ./heat.db
  $ isotherm import plausible ./plausible-export
  $ isotherm import ga4 ./ga4.csv`,
  );
  command.addCommand(
    common(
      new Command("heat")
        .description("store what a heat-collector kept, event by event")
        .argument("<from>", "its SQLite file, or postgres://… where its data is; they are only read")
        .option("--site <id>", "the site that gets it (needed if there are several)")
        .option("--project <key>", "whose events, by the project's key or id (needed if the file has several)")
        .addHelpText(
          "after",
          `
What was imported before counts once, so that the command may be run again. The collector may be running.

Examples:
  $ isotherm import heat ./heat.db
  $ isotherm import heat /srv/heat/heat.db --site my-shop --project pk-live
  $ isotherm import heat postgres://heat@db.example/heat`,
        ),
    ).action((from: string, flags: ImportFlags) => heat(context, from, flags)),
  );
  command.addCommand(
    common(
      new Command("plausible")
        .description("add up what Plausible counted, day by day")
        .argument("<folder>", "what its export unpacks to: imported_visitors_….csv and the others")
        .option("--site <id>", "the site that gets it (needed if there are several)")
        .addHelpText(
          "after",
          `
Days from the site's first visit of its own on are left out. Importing again replaces what was imported.

Example:
  $ isotherm import plausible ./plausible-export --site my-shop`,
        ),
    ).action((folder: string, flags: ImportFlags) =>
      days(context, flags, (to) => importPlausible({ ...to, folder: resolve(context.cwd, folder) })),
    ),
  );
  command.addCommand(
    common(
      new Command("ga4")
        .description("add up what Google Analytics 4 counted, day by day")
        .argument("<file>", "CSV that a report or an exploration with the dimension Date downloads")
        .option("--site <id>", "the site that gets it (needed if there are several)")
        .addHelpText(
          "after",
          `
Days from the site's first visit of its own on are left out. Importing again replaces what was imported.

Example:
  $ isotherm import ga4 ./sources-by-day.csv --site my-shop`,
        ),
    ).action((file: string, flags: ImportFlags) =>
      days(context, flags, (to) => importGa4({ ...to, file: resolve(context.cwd, file) })),
    ),
  );
  return command;
}

type Goal = Pick<Parameters<typeof importGa4>[0], "store" | "site" | "onProgress">;

async function days(context: Context, flags: ImportFlags, run: (to: Goal) => Promise<DaysImportReport>): Promise<void> {
  const { terminal, now } = context;
  await withSite(context, flags, async (store, site) => {
    const shown = progress(terminal, "importing", now);
    const report = await run({ store, site, onProgress: (done, total) => shown.step(done, total) });
    const { rows, stored, own, invalid, begins, from, to, unused } = report;
    shown.end(`read ${counted(rows, "line")}`);
    const period = from === null ? "" : `, ${from} to ${to}`;
    terminal.print(
      `Stored ${counted(stored, "number")} for ${site}${period}; answers with them say that they are imported.`,
    );
    if (own > 0)
      terminal.print(`${String(own).padStart(8)} are of ${begins} or later, from when on ${site} has its own`);
    if (invalid > 0) terminal.print(`${String(invalid).padStart(8)} lines could not be read`);
    for (const name of unused) terminal.print(`  unused ${name}`);
  });
}

async function heat(context: Context, from: string, flags: ImportFlags): Promise<void> {
  const { terminal, cwd, now } = context;
  await withSite(context, flags, async (store, site) => {
    const shown = progress(terminal, "importing", now);
    const report = await importHeat({
      ...{ store, site, from: /^postgres(?:ql)?:\/\//.test(from) ? from : resolve(cwd, from) },
      ...(flags.project !== undefined && { project: flags.project }),
      onProgress: (done, total) => shown.step(done, total, counted(done, "event")),
    });
    const { rows, stored, duplicates, leftOut } = report;
    shown.end(`read ${counted(rows, "event")}`);
    terminal.print(`Stored ${stored === 1 ? "1 batch" : `${stored} batches`} for ${site}.`);
    const why = [
      [duplicates, "were stored by an earlier import"],
      [leftOut.copy, "rows are copies of others: heat-collector stores again what is sent again"],
      [leftOut.empty, "rows are of input and keyboard events, of which it keeps nothing but that they were"],
      [leftOut.invalid, "rows are no events that the collector would take"],
    ] as const;
    for (const [count, reason] of why) if (count > 0) terminal.print(`${String(count).padStart(8)} ${reason}`);
  });
}

async function withSite(
  context: Context,
  flags: ImportFlags,
  use: (store: Store, site: string) => Promise<void>,
): Promise<void> {
  const { collector } = await configOf(context, flags);
  const store = await openStore(collector, { threads: false });
  try {
    await use(store, await siteOf(store, flags.site));
  } finally {
    await store.close();
  }
}

async function siteOf(store: Store, wanted: string | undefined): Promise<string> {
  const ids = (await store.registry()).sites.map(({ id }) => id);
  const only = wanted ?? (ids.length === 1 ? ids[0] : undefined);
  if (only === undefined) {
    const fix = ids.length === 0 ? "isotherm init makes the first site" : `choose one of ${ids.join(", ")}`;
    throw new CommandError("usage_invalid", `--site: an import goes to one site; ${fix}`);
  }
  if (ids.includes(only)) return only;
  const meant = nearest(only, ids);
  const fix = meant === undefined ? `there is ${ids.join(", ")}` : `did you mean ${meant}?`;
  throw new CommandError("site_unknown", `--site: ${only} is unknown; ${fix}`);
}
