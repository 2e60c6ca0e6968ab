import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { collectorServer, createCollector, type Site, type Store } from "@isotherm/collector";
import { relayServer } from "@isotherm/relay/server";
import { publicKey } from "../setup/key.js";
import { opening } from "../system/closing.js";
import { makeFolder } from "../system/folders.js";
import { openJournal } from "../system/journal.js";
import { sdkFolder } from "../system/sdk-folder.js";
import { type DemoCounts, demoCounts } from "./counts.js";
import type { DemoLayout } from "./layout.js";
import { month } from "./month.js";
import { send } from "./send.js";
import type { DemoVisit } from "./visit.js";

/** What to fill, and how much of it. */
export interface FillOptions {
  readonly store: Store;
  /** Data folder. */
  readonly data: string;
  /** A relay's credential that the store knows. */
  readonly relay: { readonly keyId: string; readonly secret: string };
  readonly layout: DemoLayout;
  /** IANA time zone of the site. */
  readonly timeZone: string;
  /** Real clock in ms since 1970. */
  readonly now: () => number;
  /** Cuts the fill short, with the signal's reason; the next one goes on. @default never */
  readonly signal?: AbortSignal;
  /** The same seed makes the same visits. @default "harbour" */
  readonly seed?: string;
  /** @default 30 */
  readonly days?: number;
  /** @default 126 */
  readonly visitsPerDay?: number;
  readonly onProgress?: (done: {
    readonly day: string;
    readonly days: number;
    readonly of: number;
    readonly visits: number;
  }) => void;
}

/** What was filled, kept beside the data so that it is done once. */
export interface FillReport {
  /** By this call; false when it was there already. */
  readonly fresh: boolean;
  readonly site: string;
  readonly seed: string;
  readonly from: string;
  readonly to: string;
  readonly counts: DemoCounts;
}

/** What is on disk: a fill that was cut short goes on to the same end, as ids are made from the seed. */
type Mark = { readonly until: number } & (
  | { readonly done: false }
  | { readonly done: true; readonly report: FillReport }
);

/** The site that generated visits belong to. */
export const demoSite = { id: "harbour-demo", name: "Harbour (generated visits)" } as const;

const country = "x-country";
/** Requests under way at once. */
const concurrency = 24;

/**
 * Fills the demo site with a month of generated visits, through a relay and a collector of their own that share the
 * store, under a clock that walks through the month. Done before, it only reports.
 */
export async function fillDemo(options: FillOptions): Promise<FillReport> {
  const { store, data, layout, timeZone, now, seed = "harbour", days = 30, onProgress } = options;
  const file = join(data, "demo.json");
  const mark = await readMark(file);
  // What the mark tells of is gone when the database was deleted: then the same visits are made again.
  if (mark?.done && (await isThere(store))) return { ...mark.report, fresh: false };
  const until = mark?.until ?? now();
  await makeFolder(data);
  await writeFile(file, JSON.stringify({ until, done: false } satisfies Mark));
  const key = await prepareSite(store, timeZone, now());

  const folder = join(data, "demo");
  const counts = demoCounts();
  const filled: string[] = [];
  await opening(async (opened) => {
    const fill = await startFill({ ...options, folder, clock: until - days * 86_400_000 });
    opened.add(() => fill.close());
    const size = options.visitsPerDay === undefined ? {} : { visitsPerDay: options.visitsPerDay };
    for (const { day, visits } of month({ seed, layout, until, timeZone, days, ...size })) {
      for (const step of steps(visits)) {
        options.signal?.throwIfAborted();
        await fill.take(step, key);
      }
      counts.add(visits);
      filled.push(day);
      onProgress?.({ day, days: filled.length, of: days, visits: counts.total().visits });
    }
    await fill.settled();
    await opened.close();
  });
  const report = {
    fresh: true,
    site: demoSite.id,
    seed,
    from: filled[0] ?? "",
    to: filled.at(-1) ?? "",
    counts: counts.total(),
  };
  await writeFile(file, JSON.stringify({ until, done: true, report } satisfies Mark));
  await rm(folder, { recursive: true, force: true });
  return report;
}

/** Visits in runs that end within three hours of each other: the clock stands still while a run is under way. */
function* steps(visits: readonly DemoVisit[]): Generator<readonly DemoVisit[]> {
  let step: DemoVisit[] = [];
  for (const visit of visits) {
    const [first] = step;
    if (first !== undefined && visit.end - first.end > 3 * 3_600_000) {
      yield step;
      step = [];
    }
    step.push(visit);
  }
  if (step.length > 0) yield step;
}

interface Fill {
  take(visits: readonly DemoVisit[], key: string): Promise<void>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** A relay and a collector as on any machine, but for their clock, and for the proxy that is believed: this process. */
async function startFill(options: FillOptions & { readonly folder: string; readonly clock: number }): Promise<Fill> {
  const { store, folder, relay: credential } = options;
  let clock = options.clock;
  const simulated = (): number => clock;
  const paths = { intake: "/intake", script: "/script" };
  return opening(async (opened) => {
    const [relayFolder, collectorFolder] = [join(folder, "relay"), join(folder, "collector")];
    const journals = [join(relayFolder, "journal"), join(collectorFolder, "journal")] as const;
    for (const one of [relayFolder, collectorFolder]) await makeFolder(one);
    const [relayJournal, collectorJournal] = await Promise.all(
      journals.map((one) => openJournal(one, 268_435_456, simulated)),
    );
    if (relayJournal === undefined || collectorJournal === undefined) throw new Error("a journal is missing");
    opened.add(() => collectorJournal.close());
    opened.add(() => relayJournal.close());
    const collector = await createCollector({
      folder: collectorFolder,
      journal: collectorJournal,
      store,
      name: demoSite.id,
      dashboard: false,
      now: simulated,
    });
    const listening = await collectorServer({ collector, port: 0 });
    opened.add(() => listening.close());
    const server = await relayServer({
      relay: {
        name: "generated visits",
        folder: relayFolder,
        journal: relayJournal,
        paths,
        sdkFolder: sdkFolder(),
        targets: [{ type: "isotherm", url: listening.url, keyId: credential.keyId, secrets: [credential.secret] }],
        trustProxy: ["127.0.0.1"],
        countryHeader: country,
        requestsPerMinute: 1_000_000,
        eventsPerMinute: 1_000_000_000,
        // The clock may not move while a signed request is under way, so none is made but those that are waited for.
        briefingEveryMs: 86_400_000,
        now: simulated,
      },
      port: 0,
      metricsPort: null,
    });
    opened.add(() => server.close());
    // A fill that goes on may have left batches and a briefing under way: the clock stands until they are through.
    if (!(await server.relay.refresh())) throw new Error("the relay could not fetch its briefing");
    await server.relay.drained();
    let known = "";
    return {
      async take(visits, key) {
        // A request waits with the clock, never for it: what is signed at one time is checked at the same.
        clock = Math.max(clock, ...visits.map(({ end }) => end + 1_000));
        const day = new Date(clock).toISOString().slice(0, 10);
        if (day !== known && !(await server.relay.refresh())) throw new Error("the relay could not fetch its briefing");
        known = day;
        await send(`${server.url}${paths.intake}`, { key, visits, countryHeader: country, concurrency });
        await server.relay.drained();
      },
      settled: () => collector.settled(),
      close: () => opened.close(),
    };
  });
}

async function prepareSite(store: Store, timeZone: string, now: number): Promise<string> {
  const registry = await store.registry();
  const site: Site = {
    ...demoSite,
    group: demoSite.id,
    timeZone,
    origins: ["*"],
    privacy: { gpc: "drop", dnt: "drop" },
    demo: true,
    createdAt: now,
  };
  if (!registry.sites.some(({ id }) => id === site.id)) await store.putSite(site);
  const known = registry.keys.find(
    ({ kind, site: own, revokedAt }) => kind === "public" && own === site.id && revokedAt === null,
  );
  if (known !== undefined) return known.id;
  const { stored } = publicKey({ site: site.id, label: "generated visits", now });
  await store.putKey(stored);
  return stored.id;
}

async function isThere(store: Store): Promise<boolean> {
  const { sites } = await store.registry();
  return sites.some(({ id }) => id === demoSite.id);
}

async function readMark(file: string): Promise<Mark | null> {
  return readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Mark,
    () => null,
  );
}
