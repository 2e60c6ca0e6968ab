import type { BreakdownAnswer, BreakdownRow } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import { sixNumbers } from "../../derive/six-numbers.js";
import type { Queries } from "../../store.js";
import { textsOf } from "../strings.js";
import { type Reader, scopeOf } from "./scope.js";
import { totalsBy } from "./totals.js";

type BreakdownQuery = Parameters<Queries["breakdown"]>[0];

export function breakdown(reader: Reader, query: BreakdownQuery): BreakdownAnswer {
  const { dimension, search, sort, limit, cursor } = query;
  const scope = scopeOf(reader, query);
  const totals = totalsBy(scope, dimension);
  const texts = textsOf(
    reader.connection,
    totals.map(({ value }) => value),
  );
  const wanted = search.toLowerCase();
  const rows = totals
    .map((total): BreakdownRow => {
      const { visitors, visits, pageViews, bounceRate, visitDuration } = sixNumbers(total);
      return { value: texts.get(total.value) ?? "", visitors, visits, pageViews, bounceRate, visitDuration };
    })
    .filter(({ value }) => value.toLowerCase().includes(wanted))
    .sort((a, b) => b[sort] - a[sort] || compare(a.value, b.value));
  const after = cursor === null ? undefined : readCursor(cursor);
  const start = after ? rows.findIndex((row) => comes(row[sort], row.value, after)) : 0;
  const page = start < 0 ? [] : rows.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < rows.length;
  return {
    asOf: scope.asOf,
    period: scope.period,
    dimension,
    rows: page,
    total: rows.length,
    ...(more && { next: writeCursor({ count: last[sort], value: last.value }) }),
  };
}

/** The row that a page ended with: what comes after it stays after it, whatever arrives meanwhile. */
interface After {
  readonly count: number;
  readonly value: string;
}

function comes(count: number, value: string, after: After): boolean {
  return count < after.count || (count === after.count && compare(value, after.value) > 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function writeCursor({ count, value }: After): string {
  return Buffer.from(JSON.stringify([count, value])).toString("base64url");
}

function readCursor(cursor: string): After {
  try {
    const [count, value] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as [unknown, unknown];
    if (typeof count === "number" && typeof value === "string") return { count, value };
  } catch {
    // Falls through to the refusal.
  }
  throw new CollectorError("cursor_invalid", "cursor is not one that an earlier answer gave as `next`");
}
