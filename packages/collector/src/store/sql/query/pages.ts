import type { PagesAnswer } from "@isotherm/protocol";
import type { SiteQuery } from "../../queries.js";
import { other } from "../other.js";
import { textsOf } from "../strings.js";
import { folding } from "./folding.js";
import { type Reader, scopeOf } from "./scope.js";
import { titlesOf } from "./titles.js";
import { totalsBy } from "./totals.js";

export function pages(reader: Reader, query: SiteQuery & { readonly limit: number }): PagesAnswer {
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const folds = folding(scope);
  // What has many pages has no title, and nobody can look at it.
  const totals = totalsBy(scope, "page", folds, false).filter(({ value }) => value !== other.number);
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
  const shown = rows.slice(0, query.limit);
  const titles = titlesOf(
    scope,
    shown.map(({ n }) => n),
  );
  return {
    asOf: scope.asOf,
    period: scope.period,
    pages: shown.map(({ n, page, pageViews, clicks }) => ({
      page,
      title: titles.get(n) ?? "",
      views: pageViews,
      clicks,
    })),
    ...folds.mark(),
  };
}
