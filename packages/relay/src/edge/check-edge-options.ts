import { checkCore, checkPaths } from "../check-options.js";
import { type OptionCheck, optionCheck } from "../option-check.js";
import type { EdgeRelayOptions } from "./options.js";

/** Refuses options that cannot work, with one line that names the field and the fix. */
export function checkEdgeOptions(options: EdgeRelayOptions): void {
  const check = optionCheck("");
  const { paths, script } = options;
  checkPaths(paths, script === undefined && paths?.script === undefined ? ["intake"] : ["intake", "script"]);
  if (paths.script !== undefined && script === undefined) {
    check.fail("script", "pass the files that paths.script is for, or leave that path out");
  }
  if (script !== undefined && !(script["manifest.json"] instanceof Uint8Array)) {
    check.fail("script", "must hold manifest.json and what it lists, as bytes");
  }
  checkCore(options, paths);
  checkDurability(options, check);
  checkRequired(options, check);
}

function checkDurability({ journal, durability, passthrough = [] }: EdgeRelayOptions, check: OptionCheck): void {
  check.choice("durability", durability, ["upstream", "memory", "async"]);
  if (journal !== undefined && typeof journal.append !== "function") check.fail("journal", "pass an open journal");
  if (durability === "upstream") {
    if (journal !== undefined) check.fail("journal", 'with durability "upstream" there is none; leave one of both out');
    if (passthrough.length > 0) {
      check.fail("passthrough", 'answers before its backend does, so durability "upstream" cannot be; pass a journal');
    }
    return;
  }
  if (journal === undefined) {
    check.fail("durability", 'write "upstream", which answers once the targets have a batch, or pass a journal');
  }
  const promised = journal?.durability;
  const isLess = promised === "memory" || promised === "async";
  if (isLess && durability !== promised) {
    check.fail(
      "durability",
      `the journal may lose what was answered; write "${promised}" to accept that, or pass another`,
    );
  }
  if (!isLess && durability !== undefined) check.fail("durability", `the journal says "${promised}"; leave this out`);
}

function checkRequired({ durability, required, targets }: EdgeRelayOptions, check: OptionCheck): void {
  if (required === undefined) return;
  if (durability !== "upstream") check.fail("required", 'goes with durability "upstream" alone; leave it out');
  if (!Array.isArray(required) || required.length === 0) check.fail("required", "name at least one target");
  const names = targets.map(({ type, name = type }) => name);
  for (const [index, name] of required.entries()) check.choice(`required[${index}]`, name, names);
}
