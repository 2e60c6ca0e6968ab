import type { JourneyStep, JourneysAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { textsOf } from "../strings.js";
import { matching } from "./matching.js";
import { pathDay } from "./path-day.js";
import { type Reader, scopeOf } from "./scope.js";

/** In the place of a page where there is none. */
const nowhere = 0;

/** The pages that visits went to from a page, and came to it from; a reload is no step. */
export function journeys(reader: Reader, query: Parameters<Queries["journeys"]>[0]): JourneysAnswer {
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const wanted = connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", query.page)?.n ?? -1;
  const next = new Map<number, number>();
  const previous = new Map<number, number>();
  const add = (counts: Map<number, number>, page: number): void => {
    counts.set(page, (counts.get(page) ?? 0) + 1);
  };
  let views = 0;
  for (const day of scope.days()) {
    const fits = matching(scope, day);
    const { count, visit, page } = pathDay(scope, day);
    let before = nowhere;
    for (let row = 0; row < count; row++) {
      const one = visit[row] as number;
      const here = page[row] as number;
      if (visit[row - 1] !== one) before = nowhere;
      const ends = visit[row + 1] !== one;
      const following = ends ? nowhere : (page[row + 1] as number);
      if (here === following) continue;
      if (here === wanted && fits?.[one] !== 0) {
        views++;
        add(next, following);
        add(previous, before);
      }
      before = here;
    }
  }
  const texts = textsOf(connection, [...next.keys(), ...previous.keys()]);
  const steps = (counts: ReadonlyMap<number, number>): readonly JourneyStep[] =>
    [...counts]
      .map(([page, count]) => ({
        page: page === nowhere ? null : (texts.get(page) ?? ""),
        count,
        share: count / views,
      }))
      .sort((a, b) => b.count - a.count || ((a.page ?? "") < (b.page ?? "") ? -1 : 1))
      .slice(0, query.limit);
  return {
    asOf: scope.asOf,
    period: scope.period,
    page: query.page,
    views,
    next: steps(next),
    previous: steps(previous),
  };
}
