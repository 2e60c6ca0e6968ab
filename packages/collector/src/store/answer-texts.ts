import type { AnswerTexts, Queries } from "./queries.js";

/** Every question by its name: one that is missing here does not compile. */
const asked: { readonly [query in keyof Queries]: true } = {
  summary: true,
  series: true,
  breakdown: true,
  bots: true,
  pages: true,
  heatmap: true,
  sessions: true,
  session: true,
  events: true,
  properties: true,
  goals: true,
  funnel: true,
  retention: true,
  journeys: true,
  vitals: true,
  errors: true,
  forms: true,
  realtime: true,
  delivery: true,
  snapshots: true,
  snapshot: true,
  exportPage: true,
  heatRows: true,
  heatPicture: true,
  heatSessions: true,
  heatSession: true,
  visitor: true,
  audit: true,
};
const names = Object.keys(asked) as readonly (keyof Queries)[];

/** The questions of a store that answers each in JSON, by its name. */
export function textsOf(read: (name: keyof Queries, query: object) => Promise<string>): AnswerTexts {
  const ask = (name: keyof Queries) => (query: object) => read(name, query);
  return Object.fromEntries(names.map((name) => [name, ask(name)])) as AnswerTexts;
}

/** Reads answers that come as JSON. */
export function queriesOf(texts: AnswerTexts): Queries {
  const ask = (name: keyof Queries) => async (query: never) => JSON.parse(await texts[name](query)) as unknown;
  return Object.fromEntries(names.map((name) => [name, ask(name)])) as unknown as Queries;
}
