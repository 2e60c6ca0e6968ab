import { isDeepStrictEqual } from "node:util";

/** Rows without what each collector makes up for itself, in an order that does not depend on who came first. */
const comparable = (rows) =>
  rows.map(({ id, projectId, userId, metaJson, ipHash, ...row }) => JSON.stringify(row)).toSorted();

/** What of an answer has to be the same everywhere, by the kind of its question. */
const facts = {
  heatmap: ({ points, meta: { total, resolution } }) => ({
    total,
    resolution,
    points: points.toSorted((a, b) => a.y - b.y || a.x - b.x),
  }),
  events: ({ events }) => comparable(events),
  sessions: ({ sessions }) => comparable(sessions),
  session: ({ session, events }) => ({ session: comparable([session]), events: comparable(events) }),
  own: ({ asOf, ...answer }) => answer,
};

/** How many things an answer tells of, so that no two can agree on nothing. */
const size = (fact) => JSON.stringify(fact).length;

/**
 * Throws where the answers to one question differ, or tell of nothing.
 *
 * @param {{ name: string, kind: keyof typeof facts }} question
 * @param {Record<string, string>} answers by contender, as JSON
 */
export function agree({ name, kind }, answers) {
  const [[first, told], ...others] = Object.entries(answers).map(([who, text]) => [who, facts[kind](JSON.parse(text))]);
  if (size(told) < 30) throw new Error(`${name}: ${first} answers next to nothing: ${answers[first]}`);
  for (const [who, other] of others) {
    if (isDeepStrictEqual(told, other)) continue;
    throw new Error(
      `${name}: ${first} and ${who} differ: ${JSON.stringify(told).slice(0, 600)} · ${JSON.stringify(other).slice(0, 600)}`,
    );
  }
}
