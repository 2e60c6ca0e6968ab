import type { Documented, Parameter } from "./documented.js";
import type { Random } from "./random.js";

/** Parameters of some operation or other. */
const names = [
  "from",
  "to",
  "period",
  "filters",
  "metric",
  "interval",
  "dimension",
  "search",
  "sort",
  "limit",
  "cursor",
  "page",
  "kind",
  "bucket",
  "compare",
  "match",
  "bots",
  "steps",
  "window",
  "event",
  "key",
  "type",
];
const strange = [
  "perod",
  "__proto__",
  "constructor",
  "",
  "a[]",
  "filters[0]",
  "\u0000",
  "LIMIT",
  "page ",
  "x".repeat(2_000),
];
const nested = '[["or",[["is","props.plan",["pro"]],["not",["contains_not","event",["s"]]]]]]';
/** Of texts, of which the document says no more than that. */
const good: { readonly [name: string]: readonly string[] } = {
  from: ["2026-01-01", "2026-11-21"],
  to: ["2026-11-21", "2026-12-31"],
  period: ["day", "7d", "30d", "month"],
  filters: ['[["is","source",["s1"]]]', '[["contains","page",["p"]],["is_not","country",["FR"]]]', "[]", nested],
  compare: ["previous", "year", "none", "2026-10-01..2026-10-31"],
  match: ["date", "weekday"],
  bots: ["all", "crawler"],
  steps: ['[["page","/p*"],["event","s"]]', '[["goal","g"],["goal","g"]]'],
  window: ["1", "90"],
  event: ["s"],
  key: ["plan"],
  type: ["custom", "goal"],
  metric: ["visitors", "visits", "pageViews"],
  interval: ["hour", "day"],
  dimension: ["page", "source", "country", "browser", "event"],
  search: ["p", "%", "_"],
  sort: ["visitors", "visits", "pageViews"],
  limit: ["1", "1000"],
  cursor: ["AAAA", "eyJhIjoxfQ"],
  model: ["visits", "pageViews", "events", "days"],
  format: ["csv", "ndjson"],
  page: ["/p1", "/"],
  kind: ["click", "move", "scroll"],
  bucket: ["common", "0", "1280"],
};
const bad = [
  "",
  "\u0000",
  "\ud800",
  "null",
  "-1",
  "0",
  "1e3",
  "999999999999999999999",
  "0000-00-00",
  "2026-02-31",
  "+275760-09-13",
  "' OR 1=1 --",
  "%",
  "[".repeat(5_000),
  '[["is"]]',
  '[["is","source",[1]]]',
  '[["is","__proto__",["a"]]]',
  `[["contains","page",["${"%_".repeat(1_000)}"]]]`,
  '[["is","page",["\\ud800\\u0000"]]]',
  `${'["not",'.repeat(1_000)}1${"]".repeat(1_000)}`,
  `[${Array(17).fill('["is","page",["a"]]').join()}]`,
  "x".repeat(3_000),
  "é".repeat(400),
];
const ids = [
  "%zz",
  "%00",
  "..",
  "other",
  "__proto__",
  "x".repeat(200),
  "x".repeat(300),
  "%ff%fe",
  "%2e%2e%2f",
  "s\ud800",
];

/** An identifier that nobody has, as it may stand in a path. */
export const strangeId = (random: Random): string => wellFormed(random.pick(ids));

/** A question to the query API that is wrong somewhere, or asks for the most that it may. */
export function queryOf(
  site: string,
  { operations, parameters }: Documented,
  random: Random,
): { readonly path: string; readonly operation: string; readonly how: readonly string[] } {
  const asked = [...operations.keys()].filter((name) => /^GET \/v1\/(sites|sessions)/.test(name));
  const operation = random.pick(asked);
  const id = random.chance(0.15) || operation.includes("sessions/{id}") ? strangeId(random) : site;
  const path = operation
    .slice("GET ".length)
    .replace("{id}", id)
    .replaceAll(/\{\w+\}/g, () => strangeId(random));
  const { question, how } = questionOf(parameters.get(operation) ?? [], random);
  return { path: `${path}${question}`, operation, how };
}

/**
 * A query string of these parameters. Half of them have what is asked for, with one thing wrong at most, and so get past the
 * first look; the others are wrong in any way.
 */
export function questionOf(
  own: readonly Parameter[],
  random: Random,
): { readonly question: string; readonly how: readonly string[] } {
  const how: string[] = [];
  const say = (name: string, value: string): string => {
    how.push(`${name.slice(0, 20)}=${value.slice(0, 40)}`);
    return random.chance(0.02) ? `${encode(name.slice(0, 10))}=%zz%` : `${encode(name)}=${encode(value)}`;
  };
  const anything = (): string => {
    const name = random.chance(0.1) ? random.pick(strange) : random.pick(names);
    return say(name, random.chance(0.5) ? random.pick(goodValues.get(name) ?? bad) : random.pick(bad));
  };
  let said: string[];
  if (own.length > 0 && random.chance(0.5)) {
    const chosen = own.filter(({ required = false }) => required || random.chance(0.4));
    const wrong = random.chance(0.6) ? random.below(chosen.length + 1) : -1;
    said = chosen.map((parameter, at) =>
      say(parameter.name, at === wrong ? random.pick(bad) : goodValue(parameter, random)),
    );
    if (wrong === chosen.length) said.push(anything());
  } else said = Array.from({ length: random.below(5) }, anything);
  return { question: said.length > 0 ? `?${said.join("&")}` : random.pick(["", "?", "?&&&", "?="]), how };
}

const goodValues: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(good));

function goodValue({ name, schema }: Parameter, random: Random): string {
  const { enum: choices, default: usual, minimum, maximum } = schema;
  const bounds = [minimum, maximum, usual].filter((bound) => bound !== undefined);
  const known = goodValues.get(name) ?? [];
  return String(random.pick(choices ?? (known.length > 0 ? known : bounds.length > 0 ? bounds : ["s"])));
}

/** UTF-8 as it would be if a lone surrogate had any. */
const lone = "%ed%a0%80";

const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, lone);

const encode = (text: string): string =>
  text
    .split(/\p{Surrogate}/u)
    .map(encodeURIComponent)
    .join(lone);
