import type {
  HeatmapAnswer,
  PagesAnswer,
  SeriesAnswer,
  SitesAnswer,
  SnapshotAnswer,
  SnapshotsAnswer,
  SummaryAnswer,
} from "@isotherm/protocol";
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ApiError } from "../api/api-error.js";
import { asker, type Question } from "../api/ask.js";
import { type Live, live } from "../api/live.js";
import { pulse } from "../api/pulse.js";
import { type Address, address } from "./address.js";
import { type KeyRing, keyRing } from "./key.js";

export type SiteEntry = SitesAnswer["sites"][number];

/** What the whole interface reads and does. Components hold nothing that outlives them. */
export interface Model {
  readonly address: Address;
  readonly keys: KeyRing;
  /** Why the person was signed out; null when nothing went wrong. */
  readonly refused: ReadonlySignal<boolean>;
  readonly site: ReadonlySignal<SiteEntry | undefined>;
  /** The page whose heatmap is on screen. */
  readonly page: ReadonlySignal<string | undefined>;
  readonly sites: Live<SitesAnswer>;
  readonly summary: Live<SummaryAnswer>;
  readonly series: Live<SeriesAnswer>;
  readonly pages: Live<PagesAnswer>;
  readonly heatmap: Live<HeatmapAnswer>;
  /** Snapshots of the page in the width of the heatmap, newest first; undefined where none could lie behind it. */
  readonly snapshots: Live<SnapshotsAnswer>;
  /** The newest of them, whole. */
  readonly snapshot: Live<SnapshotAnswer>;
  /** What keeps the collector from answering; null when it does. */
  readonly trouble: ReadonlySignal<ApiError | null>;
  /** Everything received until then is on screen, in ms since 1970; null before the first answer. */
  readonly asOf: ReadonlySignal<number | null>;
  /** Asks everything again; false when something was not answered. */
  refresh(): Promise<boolean>;
  /** Uses a key, for this tab or on this device from now on. */
  signIn(key: string, where: "tab" | "device"): void;
  signOut(): void;
  /** Begins to follow the address and to refresh; returns how to end it. */
  start(): () => void;
}

export interface ModelOptions {
  readonly window: Window;
  readonly fetch: typeof fetch;
  /** Milliseconds between refreshes. @default 2000 */
  readonly every?: number;
}

// The list is searched in the browser; the collector's own bound is above this.
const listed = "200";

export function model({ window: host, fetch, every = 2_000 }: ModelOptions): Model {
  const keys = keyRing(host);
  keys.takeFromAddress();
  const place = address(host);
  const { view } = place;
  const refused = signal(false);
  const ask = asker({ base: host.document.baseURI, key: () => keys.key.peek(), fetch });

  const sites = live<SitesAnswer>(ask, () => (keys.key.value === null ? null : { path: "sites", query: {} }));
  const site = computed(() => {
    const known = sites.answer.value?.sites ?? [];
    return known.find(({ id }) => id === view.value.site) ?? known[0];
  });
  const ofSite = (name: string, query: () => { [name: string]: string } | null) => (): Question | null => {
    const id = site.value?.id;
    const own = query();
    if (keys.key.value === null || id === undefined || own === null) return null;
    return { path: `sites/${encodeURIComponent(id)}/${name}`, query: { period: view.value.period, ...own } };
  };

  const summary = live<SummaryAnswer>(
    ask,
    ofSite("summary", () => ({})),
  );
  const series = live<SeriesAnswer>(
    ask,
    ofSite("series", () => ({ metric: view.value.metric, interval: view.value.period === "day" ? "hour" : "day" })),
  );
  const pages = live<PagesAnswer>(
    ask,
    ofSite("pages", () => ({ limit: listed })),
  );
  const page = computed(() => view.value.page ?? pages.answer.value?.pages[0]?.page);
  const heatmap = live<HeatmapAnswer>(
    ask,
    ofSite("heatmap", () => {
      if (page.value === undefined) return null;
      const { kind, bucket } = view.value;
      return { page: page.value, kind, ...(bucket === "all" ? {} : { bucket: String(bucket ?? "common") }) };
    }),
  );

  const ofSnapshots = (name: string, query: Question["query"]): Question | null => {
    const id = site.value?.id;
    const wanted = keys.key.value !== null && id !== undefined && view.value.background === "snapshot";
    return wanted ? { path: `sites/${encodeURIComponent(id)}/snapshots${name}`, query } : null;
  };
  const snapshots = live<SnapshotsAnswer>(ask, () => {
    const heat = heatmap.answer.value;
    return heat === undefined || heat.bucket === null
      ? null
      : ofSnapshots("", { page: heat.page, bucket: String(heat.bucket) });
  });
  // A snapshot never changes: it is asked for once.
  const snapshot = live<SnapshotAnswer>(ask, () => {
    const newest = snapshots.answer.value?.snapshots[0];
    return newest === undefined ? null : ofSnapshots(`/${encodeURIComponent(newest.ref)}`, {});
  });

  const all: readonly Live<unknown>[] = [sites, summary, series, pages, heatmap, snapshots];
  const trouble = computed(() => all.map(({ error }) => error.value).find((error) => error !== null) ?? null);
  const asOf = computed(() => {
    const times = [summary, series, pages, heatmap].flatMap((one) => one.asOf.value ?? []);
    return times.length === 0 ? null : Math.min(...times);
  });
  const signIn = (key: string, where: "tab" | "device"): void =>
    batch(() => {
      refused.value = false;
      keys.keep(key, where);
    });
  const signOut = (): void =>
    batch(() => {
      refused.value = false;
      keys.forget();
    });
  const refresh = async (): Promise<boolean> => {
    await Promise.all(all.map((one) => one.refresh()));
    return trouble.peek() === null;
  };

  return {
    address: place,
    keys,
    refused,
    site,
    page,
    sites,
    summary,
    series,
    pages,
    heatmap,
    snapshots,
    snapshot,
    trouble,
    asOf,
    refresh,
    signIn,
    signOut,
    start() {
      const endings = [
        place.follow(),
        pulse(refresh, { document: host.document, every }),
        effect(() => {
          if (trouble.value?.statusCode !== 401) return;
          batch(() => {
            refused.value = true;
            keys.forget();
          });
        }),
      ];
      const onHash = (): void => keys.takeFromAddress();
      host.addEventListener("hashchange", onHash);
      endings.push(() => host.removeEventListener("hashchange", onHash));
      return () => {
        for (const end of [...endings, ...[...all, snapshot].map((one) => one.stop)]) end();
      };
    },
  };
}
