import { type Collector, collectorServer, createCollector, type Store } from "@isotherm/collector";
import type { ResolvedConfig } from "../config/resolved.js";
import { opening } from "./closing.js";
import { folders, makeFolder } from "./folders.js";
import { openJournal } from "./journal.js";
import { systemLog } from "./log.js";
import { placeHeaders } from "./place-headers.js";
import { listening } from "./port.js";
import { yieldHelpers } from "./yield-helpers.js";

/** A collector that listens. */
export interface RunningCollector {
  readonly url: string;
  /** Where metrics are; null when there are none. */
  readonly metricsUrl: string | null;
  readonly collector: Collector;
  close(): Promise<void>;
}

/** Opens the journal and listens. The store is the caller's to close, afterwards. */
export async function runCollector(
  config: ResolvedConfig,
  { store, now, flag }: { readonly store: Store; readonly now: () => number; readonly flag: string },
): Promise<RunningCollector> {
  const { host, port, metricsPort, trustProxy, dashboard, journalBytes, snapshots, adminKey, auth } = config.collector;
  const { requestsPerMinute, eventsPerMinute, intakeBytes } = config.collector;
  const { collector: folder, collectorJournal } = folders(config.data);
  yieldHelpers();
  return opening(async (opened) => {
    await makeFolder(folder);
    const journal = await openJournal(collectorJournal, journalBytes, now);
    opened.add(() => journal.close());
    const collector = await createCollector({
      folder,
      journal,
      store,
      trustProxy,
      requestsPerMinute,
      eventsPerMinute,
      intakeBytes,
      dashboard,
      snapshots,
      adminKey,
      auth,
      now,
      logger: systemLog(config.log, "collector"),
      ...placeHeaders(config.collector),
    });
    opened.add(() => collector.close());
    const server = await listening({ field: "collector.port", flag, host, port }, () =>
      collectorServer({ collector, host, port, ...(metricsPort === undefined ? {} : { metricsPort }) }),
    );
    opened.add(() => server.close());
    return { url: server.url, metricsUrl: server.metricsUrl, collector, close: () => opened.close() };
  });
}
