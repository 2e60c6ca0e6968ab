import { optionCheck, overlap } from "../option-check.js";
import type { TargetOptions } from "../target/target-of.js";
import { type PassthroughOptions, passthroughName } from "./options.js";
import { presetNames } from "./preset/preset-of.js";

const ruleForm = /^POST \/[^\s?]*$/;

/** Refuses pass-throughs that cannot work, or collide with each other or with paths that are `taken`: throws `options_invalid`. */
export function checkPassthroughs(
  passthroughs: readonly PassthroughOptions[],
  targets: readonly TargetOptions[],
  taken: readonly { readonly field: string; readonly path: string }[],
): void {
  const names = new Set<string>();
  const paths = [...taken];
  for (const [index, options] of passthroughs.entries()) {
    const check = optionCheck(`passthrough[${index}]`);
    const { path, to, preset, durable, journal, privacy, concurrency } = options;
    check.path("path", path);
    const collision = paths.find((other) => overlap(path, other.path));
    if (collision !== undefined) check.fail("path", `collides with ${collision.field}; choose another path`);
    paths.push({ field: `passthrough[${index}].path`, path });
    check.http("to", to, "write the backend's address, as https://eu.i.posthog.com");
    check.choice("preset", preset, presetNames);
    if (preset === undefined && (durable ?? []).length === 0) {
      check.fail("durable", 'name the requests that carry events, as ["POST /e/"], or name a preset');
    }
    for (const [at, rule] of (durable ?? []).entries()) {
      if (!ruleForm.test(rule)) check.fail(`durable[${at}]`, "write POST, a space and a path, as POST /e/");
    }
    if (typeof journal?.append !== "function")
      check.fail("journal", "pass an open journal of its own, as of fileJournal()");
    if (options.copy !== undefined) {
      check.text("copy.key", options.copy.key, "write the site's public key, as pk_…");
      if (!targets.some(({ type }) => type === "isotherm")) {
        check.fail("copy", "needs a target of the type isotherm; add one, or leave copy out");
      }
    }
    check.choice("privacy.gpc", privacy?.gpc, ["drop", "ignore"]);
    check.choice("privacy.dnt", privacy?.dnt, ["drop", "ignore"]);
    check.count("concurrency", concurrency);
    const name = passthroughName(options);
    check.name("name", name);
    if (names.has(name)) check.fail("name", `another pass-through is called ${JSON.stringify(name)}; choose another`);
    names.add(name);
  }
}
