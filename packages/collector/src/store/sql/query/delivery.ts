import type { DeliveryAnswer } from "@isotherm/protocol";
import { addCount } from "../../derive/add-count.js";
import { deliveryOf, readTab, type Tab } from "../../derive/tab.js";
import type { Day } from "../../derive/zone.js";
import type { Queries } from "../../queries.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

/** How much arrived of what the tabs that began in the period produced. */
export function delivery(reader: Reader, query: Parameters<Queries["delivery"]>[0]): DeliveryAnswer {
  const scope = scopeOf(reader, query);
  const dropped: { [reason: string]: number } = {};
  const gone: { [reason: string]: number } = {};
  let [tabs, open, received, duplicates, pending, lost] = [0, 0, 0, 0, 0, 0];
  for (const day of scope.days()) {
    const { whole, broken } = tabsOf(scope, day);
    tabs += whole.tabs + broken.length;
    open += whole.open;
    received += whole.received;
    duplicates += whole.duplicates;
    for (const tab of broken) {
      const read = deliveryOf(tab, query.now);
      if (read.open) open++;
      received += tab.batches;
      duplicates += tab.duplicates;
      pending += read.pending;
      lost += read.lost;
      addAll(dropped, tab.dropped);
      addAll(gone, read.gone);
    }
  }
  const produced = received + pending + lost;
  return {
    asOf: scope.asOf,
    period: scope.period,
    tabs,
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

/** Tabs that began on a day: those of which nothing is missing added up, the others, which time makes lost, one by one. */
interface DayTabs {
  readonly whole: {
    readonly tabs: number;
    readonly open: number;
    readonly received: number;
    readonly duplicates: number;
  };
  readonly broken: readonly Tab[];
  readonly bytes: number;
}

function tabsOf(scope: Scope, day: Day): DayTabs {
  return scope.ofDay("tabs", day, () => {
    const rows = scope.connection.table<readonly [string]>(
      "SELECT state FROM deliveries WHERE site = ? AND from_at >= ? AND from_at < ?",
      ...[scope.site, scope.zone.start(day), scope.zone.start(day + 1)],
    );
    const whole = { tabs: 0, open: 0, received: 0, duplicates: 0 };
    const broken: Tab[] = [];
    let bytes = 100;
    for (const [state] of rows) {
      const tab = readTab(state);
      // Whatever is missing is still on its way at the time of the tab's last sign of life.
      const { open, pending, lost } = deliveryOf(tab, tab.seen);
      if (pending > 0 || lost > 0 || Object.keys(tab.dropped).length > 0 || Object.keys(tab.gone).length > 0) {
        broken.push(tab);
        bytes += state.length * 4;
        continue;
      }
      whole.tabs++;
      if (open) whole.open++;
      whole.received += tab.batches;
      whole.duplicates += tab.duplicates;
    }
    return { whole, broken, bytes };
  });
}

function addAll(sums: { [reason: string]: number }, counts: { readonly [reason: string]: number }): void {
  for (const [reason, count] of Object.entries(counts)) addCount(sums, reason, count);
}
