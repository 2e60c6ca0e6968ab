import { passthroughName } from "@isotherm/relay/passthrough";
import { Ajv, type ErrorObject } from "ajv";
import { CommandError } from "../error.js";
import { nearest } from "./nearest.js";
import type { IngestAuthConfig, IsothermConfig, PassthroughConfig } from "./options.js";
import { type SchemaNode, schema, schemaAt } from "./schema.js";

const ajv = new Ajv({ useDefaults: true, allErrors: false, strict: true });
ajv.addVocabulary(["hint"]);
const validate = ajv.compile<IsothermConfig>(schema);

/**
 * A copy of a configuration with every default filled in. A wrong field is refused with one line that names it, says
 * what is wrong, and what was probably meant; `source` begins the line.
 */
export function checked(config: unknown, source: string): IsothermConfig {
  const copy: unknown = structuredClone(config);
  if (validate(copy)) {
    for (const [index, site] of (copy.sites ?? []).entries()) {
      checkTimeZone(site.timeZone ?? "UTC", index, source);
      if ((copy.sites ?? []).findIndex((other) => other.id === site.id) < index) {
        const fix = `${site.id} stands there twice; every site needs an id of its own`;
        throw new CommandError("config_invalid", `${source}: sites[${index}].id: ${fix}`);
      }
    }
    checkPassthroughNames(copy.relay?.passthrough ?? [], source);
    return copy;
  }
  const [error] = validate.errors ?? [];
  throw new CommandError("config_invalid", `${source}: ${error ? explain(error, config) : "not a configuration"}`);
}

function explain(error: ErrorObject, config: unknown): string {
  const steps = error.instancePath.split("/").slice(1);
  const name = dotted(steps);
  const node = schemaAt(steps);
  if (error.keyword === "additionalProperties") {
    const wrong = String((error.params as { additionalProperty: unknown }).additionalProperty);
    return unknownField(steps, wrong, node);
  }
  if (error.keyword === "required") {
    return `${dotted([...steps, String((error.params as { missingProperty: unknown }).missingProperty)])} is missing`;
  }
  const place = name === "" ? "the configuration" : name;
  const value = valueAt(config, steps);
  return `${place}: ${demand(error, node)}, is ${holdsSecrets(name) ? "something else" : shown(value)}`;
}

function unknownField(steps: readonly string[], wrong: string, node: SchemaNode | undefined): string {
  const siblings = Object.keys(node?.properties ?? {});
  const meant = nearest(wrong, siblings);
  const fix = meant === undefined ? `known here: ${siblings.join(", ")}` : `did you mean ${dotted([...steps, meant])}?`;
  return `${dotted([...steps, wrong])}: unknown; ${fix}`;
}

function demand(error: ErrorObject, node: SchemaNode | undefined): string {
  if (error.keyword === "enum")
    return `must be ${(node?.enum ?? []).map((value) => JSON.stringify(value)).join(" or ")}`;
  if (error.keyword === "pattern" && node?.hint) return `must be ${node.hint}`;
  if (error.keyword === "type") return `must be ${typeNames[node?.type ?? "object"]}`;
  return (error.message ?? "must be valid").replace("NOT", "not");
}

const typeNames = {
  object: "an object",
  array: "a list",
  string: "text",
  integer: "a whole number",
  boolean: "true or false",
} as const;

function checkTimeZone(timeZone: string, index: number, source: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    const meant = nearest(timeZone, Intl.supportedValuesOf("timeZone"));
    const fix = meant === undefined ? "write an IANA name, as Europe/Paris" : `did you mean ${meant}?`;
    throw new CommandError(
      "config_invalid",
      `${source}: sites[${index}].timeZone: ${shown(timeZone)} is unknown; ${fix}`,
    );
  }
}

/** Refuses tokens of which nobody said whose are believed; the sources may each say a part of it. */
export function checkAuth({ mode = "projectKey", ...whose }: IngestAuthConfig, source: string): void {
  if (mode === "projectKey") return;
  for (const field of ["jwksUrl", "issuer", "audience"] as const) {
    if (whose[field] !== undefined) continue;
    throw new CommandError("config_invalid", `${source}: collector.auth.${field} is missing; mode ${mode} needs it`);
  }
}

// Each has a journal under its name, which is opened before the relay looks at anything.
function checkPassthroughNames(passthroughs: readonly PassthroughConfig[], source: string): void {
  const names = passthroughs.map(passthroughName);
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  if (index === -1) return;
  const fix = `another pass-through is called ${shown(names[index])}; write a name of its own`;
  throw new CommandError("config_invalid", `${source}: relay.passthrough[${index}].name: ${fix}`);
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (at as { [name: string]: unknown })[step] : undefined),
    value,
  );
}

/** Whether a value may be a secret, or a part of it be one. */
const holdsSecrets = (name: string): boolean => /^(relay\.(targets|collector|proxyProof)|collector\.store)/.test(name);

/** What a value is, cut short: a secret may stand in a wrong place, too. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (/whs(ec|k)_|rd_/.test(text)) return "something else";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function dotted(steps: readonly string[]): string {
  return steps.reduce(
    (name, step) => (/^\d+$/.test(step) ? `${name}[${step}]` : name === "" ? step : `${name}.${step}`),
    "",
  );
}
