import { resolve } from "node:path";
import { parseUrl } from "@isotherm/protocol";
import { Command, InvalidArgumentError } from "commander";
import { table } from "../console/table.js";
import type { Context } from "../context.js";
import { examine } from "../doctor/examine.js";
import type { Finding } from "../doctor/finding.js";
import { readLists } from "../doctor/lists.js";
import { CommandError } from "../error.js";

interface DoctorFlags {
  readonly to?: string;
  readonly address?: string;
  readonly lists?: string;
  readonly json?: boolean;
}

/** `isotherm doctor` */
export function doctorCommand(context: Context): Command {
  return new Command("doctor")
    .description("check a deployment from outside, without a browser, and say what to fix")
    .argument("<page>", "address of a page that has the snippet, as https://shop.example/", address)
    .option("--to <path>", "the intake's path, for pages whose own bundle holds the SDK")
    .option("--address <address>", "this machine's public address, to compare with what the relay sees")
    .option("--lists <folder>", "filter lists (.txt), as EasyPrivacy, to hold paths and file name against")
    .option("--json", "print it for programs, as one object")
    .addHelpText(
      "after",
      `
It reads the page, fetches the script, and sends the relay what it refuses: nothing is recorded. Run it from a
machine that stands outside, as your visitors do. It ends with 1 where something has to be mended.

Examples:
  $ isotherm doctor https://shop.example/
  $ isotherm doctor https://shop.example/ --address 203.0.113.7 --lists ./filters`,
    )
    .action((page: string, flags: DoctorFlags) => doctor(context, page, flags));
}

/** An address of a page. */
function address(text: string): string {
  if (/^https?:$/.test(parseUrl(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("Write the whole address, as https://shop.example/.");
}

async function doctor({ cwd, terminal }: Context, page: string, flags: DoctorFlags): Promise<void> {
  const filters = flags.lists === undefined ? undefined : await readLists(resolve(cwd, flags.lists));
  const findings = await examine({ page, to: flags.to, address: flags.address, filters });
  const faults = findings.filter(({ state }) => state === "fail");
  if (flags.json) terminal.print(JSON.stringify({ page, ok: faults.length === 0, checks: findings }, null, 2));
  else for (const line of report(findings, terminal.paint)) terminal.print(line);
  if (faults.length > 0)
    throw new CommandError("deployment_faulty", `${page}: ${faults.length} of ${findings.length} checks failed`);
}

function report(findings: readonly Finding[], paint: Context["terminal"]["paint"]): readonly string[] {
  const lines = table(findings.map(({ state, check, found }) => [state, check, found]));
  return lines.flatMap((line, i) => {
    const { state, fix } = findings[i] as Finding;
    const marked = state === "fail" ? paint.bad(line) : state === "warn" ? paint.accent(line) : line;
    return fix === "" ? [marked] : [marked, `      → ${fix}`];
  });
}
