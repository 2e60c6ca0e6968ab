import { checkTargets, RelayError, type TargetOptions } from "@isotherm/relay";
import { CommandError } from "../error.js";
import type { ResolvedConfig } from "./resolved.js";

/**
 * The backends that a configuration names besides the collector, with what stands in the environment filled in. What
 * cannot work is refused with one line that names the field and the fix, and never shows a value.
 */
export function targetsOf({ file, relay }: ResolvedConfig, environment: NodeJS.ProcessEnv): readonly TargetOptions[] {
  const fault = (place: string, fix: string): CommandError =>
    new CommandError("config_invalid", `${file ?? "configuration"}: ${place}: ${fix}`);
  const filled = (value: unknown, place: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => filled(item, `${place}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    if (!("$env" in value)) {
      return Object.fromEntries(
        Object.entries(value).map(([field, inner]) => [field, filled(inner, `${place}.${field}`)]),
      );
    }
    const { $env: name, ...rest } = value;
    if (typeof name !== "string" || name === "" || Object.keys(rest).length > 0) {
      throw fault(place, 'write a variable as { "$env": "NAME" }, and nothing beside it');
    }
    const text = environment[name];
    if (text === undefined || text === "") throw fault(place, `${name} is not set; set it in the environment`);
    return text;
  };
  const targets = relay.targets.map((target, index) => filled(target, `relay.targets[${index}]`) as TargetOptions);
  for (const [index, { type, name = type }] of targets.entries()) {
    if (name === "isotherm") throw fault(`relay.targets[${index}].name`, "isotherm is the collector's; choose another");
  }
  try {
    if (targets.length > 0) checkTargets(targets);
  } catch (cause) {
    if (!(cause instanceof RelayError)) throw cause;
    throw new CommandError("config_invalid", `${file ?? "configuration"}: relay.${cause.message}`, { cause });
  }
  return targets;
}
