import type { DeliveryAnswer } from "@isotherm/protocol";
import { deliveryOf, type Tab } from "../../derive/tab.js";
import type { Queries } from "../../store.js";
import type { Connection } from "../connection.js";
import { scopeOf } from "./scope.js";

/** How much arrived of what the tabs that began in the period produced. */
export function delivery(connection: Connection, query: Parameters<Queries["delivery"]>[0]): DeliveryAnswer {
  const scope = scopeOf(connection, query);
  const rows = connection.all<{ state: string }>(
    "SELECT state FROM deliveries WHERE site = ? AND from_at >= ? AND from_at < ?",
    ...[scope.site, scope.zone.start(scope.from), scope.zone.start(scope.to + 1)],
  );
  const dropped: { [reason: string]: number } = {};
  const gone: { [reason: string]: number } = {};
  let [open, received, duplicates, pending, lost] = [0, 0, 0, 0, 0];
  for (const { state } of rows) {
    const tab = JSON.parse(state) as Tab;
    const read = deliveryOf(tab, query.now);
    if (read.open) open++;
    received += tab.batches;
    duplicates += tab.duplicates;
    pending += read.pending;
    lost += read.lost;
    addAll(dropped, tab.dropped);
    addAll(gone, read.gone);
  }
  const produced = received + pending + lost;
  return {
    asOf: scope.asOf,
    period: scope.period,
    tabs: rows.length,
    open,
    received,
    duplicates,
    pending,
    lost,
    dropped,
    gone,
    rate: produced === 0 ? null : received / produced,
  };
}

function addAll(sums: { [reason: string]: number }, counts: { readonly [reason: string]: number }): void {
  for (const [reason, count] of Object.entries(counts)) sums[reason] = (sums[reason] ?? 0) + count;
}
