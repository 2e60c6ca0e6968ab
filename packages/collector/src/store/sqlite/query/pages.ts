import type { PagesAnswer } from "@isotherm/protocol";
import type { SiteQuery } from "../../store.js";
import { textsOf } from "../strings.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { totalsBy } from "./totals.js";

export function pages(reader: Reader, query: SiteQuery & { readonly limit: number }): PagesAnswer {
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const totals = totalsBy(scope, "page", false);
  const texts = textsOf(
    connection,
    totals.map(({ value }) => value),
  );
  const rows = totals.map(({ value, pageViews, clicks }) => ({
    n: value,
    page: texts.get(value) ?? "",
    pageViews,
    clicks,
  }));
  rows.sort((a, b) => b.pageViews - a.pageViews || (a.page < b.page ? -1 : 1));
  return {
    asOf: scope.asOf,
    period: scope.period,
    pages: rows.slice(0, query.limit).map(({ n, page, pageViews, clicks }) => ({
      page,
      title: titleOf(scope, n),
      views: pageViews,
      clicks,
    })),
  };
}

/** The title that a page had last in the period, or after midnight in a visit that began in it. */
function titleOf(scope: Scope, page: number): string {
  for (const day of [...scope.days().toReversed(), scope.to + 1]) {
    const row = scope.connection.get<{ text: string }>(
      `SELECT t.text FROM page_views p JOIN strings t ON t.n = p.title
       WHERE p.site = ? AND p.day = ? AND p.page = ? AND p.bot IS NULL ORDER BY p.at DESC, t.text LIMIT 1`,
      ...[scope.site, day, page],
    );
    if (row) return row.text;
  }
  return "";
}
