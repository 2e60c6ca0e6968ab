import type { FunnelStep } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { meant } from "./nearest.js";
import { queryLimits } from "./parameters.js";

const types: readonly FunnelStep[0][] = ["page", "event", "goal"];

/** Reads `steps`, a JSON array as [["page","/pricing"],["goal","purchase"]]. Throws `query_invalid` with the place of the fault. */
export function stepsOf(text: string): readonly FunnelStep[] {
  const most = queryLimits.steps;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("steps", "steps have to be a JSON array");
  }
  if (!Array.isArray(value) || value.length < 2 || value.length > most)
    throw wrong("steps", `steps have to be a JSON array of 2 to ${most} steps`);
  return value.map((step: unknown, index): FunnelStep => {
    const path = `steps/${index}`;
    const [type, name, ...rest] = Array.isArray(step) ? (step as unknown[]) : [];
    if (type === undefined || rest.length > 0) throw wrong(path, 'a step is [type, name], as ["page","/pricing"]');
    const known = types.find((one) => one === type);
    const shown = typeof type === "string" ? type : typeof type;
    if (known === undefined) throw wrong(`${path}/0`, `there is no ${shown.slice(0, 40)}${meant(shown, types)}`);
    if (typeof name !== "string" || name === "" || name.length > queryLimits.filterText)
      throw wrong(`${path}/1`, `a name has 1 to ${queryLimits.filterText} characters`);
    return [known, name];
  });
}

function wrong(path: string, message: string): CollectorError {
  return new CollectorError("query_invalid", path === "steps" ? message : `${path}: ${message}`, {
    details: [{ path, message }],
  });
}
