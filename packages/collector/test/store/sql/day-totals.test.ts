import fc from "fast-check";
import { expect, test } from "vitest";
import { dayTotals, type VisitDimension, visitDimensions } from "../../../src/store/sql/day-totals.js";
import { totalColumns, visitsBetween, visitsBy } from "../../../src/store/sql/grouping.js";
import { migrate } from "../../../src/store/sql/migrate.js";
import { connect } from "../../../src/store/sqlite/connect.js";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";

const few = fc.integer({ min: 1, max: 3 });
const visit = fc.record({
  ...{ person: few, lasting: fc.integer({ min: 0, max: 1 }), bounce: fc.integer({ min: 0, max: 1 }) },
  ...{ page_views: few, duration: few, clicks: few, entry: few, exit: few, source: few, browser: few, asn: few },
  ...{ start: fc.integer({ min: 0, max: 5 }), bot: fc.constantFrom(null, null, null, "crawler") },
});

test("one pass adds up what a statement for each dimension would", () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 30 }), (visits) => {
      const connection = connect(":memory:", "write");
      migrate(connection, sqliteDatabase({ file: ":memory:" }));
      const columns = connection.all<{ name: string }>("PRAGMA table_info(sessions)").map(({ name }) => name);
      for (const [n, values] of visits.entries()) {
        const row: { readonly [column: string]: number | string | null } = { ...values, n: n + 1, site: 1, user: null };
        connection.run(
          `INSERT INTO sessions (${columns.map((column) => `"${column}"`).join()}) VALUES (${columns.map(() => "?").join()})`,
          ...columns.map((column) => (row[column] === undefined ? 7 : row[column])),
        );
      }
      const where = visitsBetween(1, 1, 5);
      const expected = visitDimensions.flatMap((dimension) => {
        const { sql, values } = visitsBy(dimension, where);
        return connection
          .all<{ dimension: VisitDimension; page_views: number }>(
            `SELECT '${dimension}' AS dimension, value, ${totalColumns} FROM (${sql}) GROUP BY value ORDER BY value`,
            ...values,
          )
          .map(({ page_views: pageViews, ...total }) => ({ ...total, pageViews }));
      });
      const order = (dimension: VisitDimension): number => visitDimensions.indexOf(dimension);
      const found = dayTotals(connection, where, 100).totals.toSorted(
        (a, b) => order(a.dimension) - order(b.dimension) || a.value - b.value,
      );
      expect(found).toEqual(expected);
      const crowded = visitDimensions.filter((one) => expected.filter(({ dimension }) => dimension === one).length > 2);
      const few = dayTotals(connection, where, 2);
      expect(few.crowded).toEqual(crowded);
      expect(new Set(few.totals.map(({ dimension }) => dimension))).toEqual(
        new Set(expected.map(({ dimension }) => dimension).filter((one) => !crowded.includes(one))),
      );
      connection.close();
    }),
  );
});
