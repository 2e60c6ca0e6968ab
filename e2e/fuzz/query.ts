import type { Random } from "./random.js";

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

/** A question to the query API that is wrong somewhere; `operations` are those of the OpenAPI document. */
export function queryOf(
  site: string,
  operations: readonly string[],
  random: Random,
): { readonly path: string; readonly operation: string; readonly how: readonly string[] } {
  const asked = operations.filter((name) => /^GET \/v1\/(sites|sessions)/.test(name));
  const operation = random.pick(asked);
  const how: string[] = [];
  const id = random.chance(0.15) || operation.includes("sessions/{id}") ? random.pick(ids) : site;
  const path = operation.slice("GET ".length).replace("{id}", wellFormed(id));
  const parameters = Array.from({ length: random.below(5) }, () => {
    const name = random.chance(0.1) ? random.pick(strange) : random.pick(names);
    const value = random.chance(0.5) ? random.pick(new Map(Object.entries(good)).get(name) ?? bad) : random.pick(bad);
    how.push(`${name.slice(0, 20)}=${value.slice(0, 40)}`);
    return random.chance(0.05) ? `${encode(name.slice(0, 10))}=%zz%` : `${encode(name)}=${encode(value)}`;
  });
  const question = parameters.length > 0 ? `?${parameters.join("&")}` : random.pick(["", "?", "?&&&", "?="]);
  return { path: `${path}${question}`, operation, how };
}

/** UTF-8 as it would be if a lone surrogate had any. */
const lone = "%ed%a0%80";

const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, lone);

const encode = (text: string): string =>
  text
    .split(/\p{Surrogate}/u)
    .map(encodeURIComponent)
    .join(lone);
