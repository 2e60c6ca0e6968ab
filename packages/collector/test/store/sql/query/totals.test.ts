import type { Dimension, Filter } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { both, type Fragment, totalColumns, visitsBy } from "../../../../src/store/sql/grouping.js";
import { filterSql } from "../../../../src/store/sql/query/filters.js";
import { mostBatches } from "../../../../src/store/sql/query/heat-bytes.js";
import { remembered } from "../../../../src/store/sql/query/remembered.js";
import { type Scope, scopeOf } from "../../../../src/store/sql/query/scope.js";
import { totalsBy, totalsByDay, totalsByHour } from "../../../../src/store/sql/query/totals.js";
import { dimensions, wholeRange } from "../../dump.js";
import { histories } from "../../history.js";
import { shareOf } from "../../share.js";
import { bench } from "../../sqlite/bench.js";

const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.constantFrom<Filter>(
    ["is", "source", ["google"]],
    ["is_not", "source", ["google", "Direct / None"]],
    ["contains", "source", ["ing"]],
    ["is", "page", ["/pricing"]],
    ["is_not", "page", ["/docs/start"]],
    ["contains", "page", ["/"]],
    ["is", "event", ["event-1", "purchase"]],
    ["is_not", "event", ["event-2"]],
    ["is", "entry", ["/"]],
    ["is", "country", ["nowhere"]],
    ["contains_not", "page", ["pric"]],
    [
      "not",
      [
        "or",
        [
          ["is", "page", ["/docs/start"]],
          [
            "and",
            [
              ["is", "entry", ["/"]],
              ["is", "event", ["signup"]],
            ],
          ],
        ],
      ],
    ],
  ),
);

const fitting = ({ visits, filters }: Scope): Fragment => both(visits, filterSql(["and", filters]));

/** What SQL makes of the same visits, in one statement. */
function reference(scope: Scope, dimension: Dimension | "all"): object[] {
  const { sql, values } = visitsBy(dimension, fitting(scope));
  return scope.connection.all(
    // A visitor without a lasting id is another one on another day.
    `SELECT value, count(DISTINCT CASE WHEN lasting = 0 THEN person * 1000000 + day ELSE -person END) AS visitors,
       count(*) AS visits, sum(page_views) AS pageViews, sum(bounce) AS bounces, sum(duration) AS duration,
       sum(clicks) AS clicks
     FROM (${sql}) visits GROUP BY value ORDER BY value`,
    ...values,
  );
}

describe("totals from columns", { timeout: 120_000 }, () => {
  test("are those of SQL, for every dimension and filter", () => {
    fc.assert(
      fc.property(histories, fc.array(filter, { minLength: 1, maxLength: 2 }), (batches, filters) => {
        using store = bench();
        store.project(batches);
        const connection = store.database.connect("read");
        try {
          const query = { site: "shop", range: wholeRange, filters, now: 0 };
          const reader = { connection, remembered: remembered(1_000_000), most: mostBatches, mostValues: 100 };
          const scope = scopeOf(reader, query);
          for (const dimension of ["all", ...dimensions] as const) {
            const found = totalsBy(scope, dimension).toSorted((a, b) => a.value - b.value);
            expect(found).toEqual(reference(scope, dimension));
          }
          const { sql, values } = visitsBy("all", fitting(scope));
          const slots = (slot: string): object[] =>
            connection.all(
              `SELECT ${slot} AS slot, ${totalColumns} FROM (${sql}) visits GROUP BY 1 ORDER BY 1`,
              ...values,
            );
          const days = [...totalsByDay(scope)].map(([slot, totals]) => ({ slot, visitors: totals.visitors }));
          expect(slots("day")).toMatchObject(days);
          const hours = [...totalsByHour(scope)].flatMap(([day, byHour]) =>
            [...byHour].map(([hour, { visits, visitors }]) => ({
              slot: Math.floor(scope.zone.start(day) / 3_600_000) + hour,
              visits,
              visitors,
            })),
          );
          expect(slots("(start - start % 3600000) / 3600000")).toMatchObject(hours);
        } finally {
          connection.close();
        }
      }),
      { numRuns: shareOf(25) },
    );
  });
});
