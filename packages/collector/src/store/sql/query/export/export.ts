import type { ExportPage, ExportQuery } from "../../../export.js";
import { type Reader, scopeOf } from "../scope.js";
import { exportDays } from "./days.js";
import { exportEvents } from "./events.js";
import { exportPageViews } from "./page-views.js";
import { exportVisits } from "./visits.js";

/** One page of an export: each is read on a snapshot of its own, so that none is held while somebody slow is told. */
export function exportPage(reader: Reader, query: ExportQuery): ExportPage {
  const scope = scopeOf(reader, { site: query.site, range: query.range, now: 0 });
  switch (query.model) {
    case "visits":
      return exportVisits(scope, query);
    case "page_views":
      return exportPageViews(scope, query);
    case "events":
      return exportEvents(scope, query);
    case "days":
      return exportDays(reader, scope, query);
  }
}
