import { Command } from "commander";
import type { Context } from "../context.js";
import { complete } from "../setup/complete.js";
import { prepare } from "../setup/prepare.js";
import { secretsFile } from "../setup/secrets.js";
import { npmSnippet, scriptTag } from "../snippet.js";
import { scriptFile } from "../system/script-file.js";
import { openStore } from "../system/store.js";
import { type CommonFlags, common, configOf } from "./flags.js";
import { type SiteFlags, siteFlags, siteOf, withoutEffect } from "./site-flags.js";

/** `isotherm init` */
export function initCommand(context: Context): Command {
  const command = new Command("init")
    .description("choose first-party paths, make a site and its keys, and print what to put into its pages")
    .addHelpText(
      "after",
      `
Writes isotherm.config.json (no secrets in it: commit it) and the data folder (secrets in it: do not).
Run it again to see the snippets again; it changes nothing that is there. Names, origins and time zones are
changed in the configuration.

Examples:
  $ isotherm init --name "My shop" --origin https://shop.example --time-zone Europe/Paris
  $ isotherm init --site blog --origin https://blog.example      a second site beside the first`,
    );
  return siteFlags(common(command)).action((flags: CommonFlags & SiteFlags) => init(context, flags));
}

async function init(context: Context, flags: CommonFlags & SiteFlags): Promise<void> {
  const { print, paint } = context.terminal;
  const asked = await configOf(context, flags);
  const idle = withoutEffect(flags, asked, true);
  if (idle !== undefined) context.terminal.note(`warning: ${idle}`);
  const { config, paths, file } = await complete(asked, siteOf(flags));
  const script = await scriptFile(paths.script);
  const store = await openStore(config.collector, { threads: false });
  const prepared = await prepare({ store, sites: config.sites, data: config.data, now: context.now() }).finally(() =>
    store.close(),
  );

  const { made } = prepared;
  const changed = file === null && made.length === 0 ? "Nothing to do: everything is there." : "Done.";
  print(paint.bold(changed));
  if (file !== null) print(`Paths and sites are in ${file}; keep it, pages rely on it.`);
  print();
  print(`Intake path  ${paths.intake}`);
  print(`Script path  ${paths.script}`);
  print(
    made.includes("read key")
      ? `Read key     ${prepared.readKey}  (opens the dashboard; shown this once)`
      : `Read key     kept in ${secretsFile(config.data)}`,
  );
  print(`Relay key    ${prepared.relay.keyId}  (its secret is kept in ${secretsFile(config.data)})`);
  for (const { site, publicKey } of prepared.sites) {
    print();
    print(paint.bold(`${site.name} (${site.id})`));
    print(
      `Origins      ${site.origins.includes("*") ? "any; name yours in the configuration" : site.origins.join(", ")}`,
    );
    print(`Time zone    ${site.timeZone}`);
    print(`Public key   ${publicKey}`);
    print();
    print(paint.dim("In the head of each page:"));
    print(scriptTag({ publicKey, paths, ...script }));
    print();
    print(paint.dim("Or with a bundler, after npm i @isotherm/sdk:"));
    print(npmSnippet({ publicKey, paths }));
  }
  print();
  print("Next: isotherm serve");
}
