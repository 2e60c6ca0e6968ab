import type { Parameter } from "./documented.js";
import { questionOf, strangeId } from "./query.js";
import type { Random } from "./random.js";

const times = ["0", "1767225600000", "2026-01-01", "2026-12-31T23:59:59Z", "8640000000000000"];
const query = (fields: { readonly [name: string]: readonly string[] }): readonly Parameter[] =>
  Object.entries(fields).map(([name, values]) => ({ name, in: "query", schema: { enum: values } }));

const period = { path: ["/", "/p1", "/shop"], from: times, to: times };
const types = ["all", "click", "scroll", "move", "custom"];
const part = { limit: ["1", "100"], offset: ["0", "1000000000"] };

/** heat-collector's routes with what they take, as docs/intakes.md has them. */
const routes: { readonly [path: string]: readonly Parameter[] } = {
  "/api/projects/{id}/heatmap": query({
    ...period,
    type: types,
    resolution: ["8", "1024"],
    viewportBucket: ["1300x700", "99999999x1"],
  }),
  "/api/projects/{id}/events": query({ ...period, type: types, ...part }),
  "/api/projects/{id}/sessions": query({ ...period, userId: ["u-1", "s1"], ...part }),
  "/api/sessions/{id}": query({ type: types, ...part }),
  "/api/metrics": [],
};

/** A question in heat-collector's words that is wrong somewhere, or asks for the most that it may. */
export function heatQueryOf(site: string, random: Random): { readonly path: string; readonly how: readonly string[] } {
  const route = random.pick(Object.keys(routes));
  const { question, how } = questionOf(routes[route] ?? [], random);
  const id = random.chance(0.15) || route.includes("sessions/{id}") ? strangeId(random) : site;
  return { path: `${route.replace("{id}", id)}${question}`, how };
}
