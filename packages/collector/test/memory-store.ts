import { gunzipSync } from "node:zlib";
import type { Salt, SnapshotEntry } from "@isotherm/protocol";
import { isValid } from "../src/auth/is-valid.js";
import { CollectorError } from "../src/collector-error.js";
import { readBatch, sortArrivals } from "../src/project/arrivals.js";
import type { NewSnapshot, SnapshotBounds } from "../src/store/page-snapshots.js";
import type { AuditEntry, Member, Organisation } from "../src/store/people.js";
import type { AnswerTexts, Queries, SiteQuery } from "../src/store/queries.js";
import type { Site, StoredKey } from "../src/store/sites.js";
import type { ArrivedBatch, Chunk, Store } from "../src/store/store.js";

/** A store in memory that can go away, and that remembers what it was asked. */
export interface MemoryStore extends Store {
  readonly stored: Map<string, ArrivedBatch>;
  readonly chunks: Chunk[];
  readonly asked: { readonly name: string; readonly query: object }[];
  readonly snapshots: (NewSnapshot & { readonly bounds: SnapshotBounds; readonly tree: Uint8Array })[];
  /** While false, everything rejects with `store_unavailable`. */
  readonly audit: AuditEntry[];
  reachable: boolean;
}

function entryOf({
  ref,
  page,
  bucket,
  layout,
  at,
  origin,
  vw,
  vh,
  dw,
  dh,
  tree,
}: MemoryStore["snapshots"][number]): SnapshotEntry {
  return { ref, page, bucket, layout, at, origin, vw, vh, dw, dh, bytes: tree.length };
}

const occurred = { count: 2, visits: 1, visitors: 1 };
const saltLife = 172_800_000;

function textsOf(queries: Queries): AnswerTexts {
  const names = Object.keys(queries) as (keyof Queries)[];
  const ask = (name: keyof Queries) => async (query: never) => JSON.stringify(await queries[name](query));
  return Object.fromEntries(names.map((name) => [name, ask(name)])) as AnswerTexts;
}

/** Answers are as plain as can be, but of the right shape. */
export function memoryStore(): MemoryStore {
  const sites = new Map<string, Site>();
  const keys = new Map<string, StoredKey>();
  const organisations = new Map<string, Organisation>([["default", { id: "default", name: "Default", createdAt: 0 }]]);
  const members = new Map<string, Member>();
  const cursors = new Map<string, number>();
  let salts: Salt[] = [];
  const check = (): void => {
    if (!store.reachable) throw new CollectorError("store_unavailable", "the store is away");
  };
  const asked = (name: string, query: object): void => {
    check();
    store.asked.push({ name, query });
  };
  const answered = ({ range, now, site }: Pick<SiteQuery, "range" | "now" | "site">) => ({
    asOf: now,
    period: { ...range, timeZone: sites.get(site)?.timeZone ?? "UTC" },
  });
  const numbers = (site: string) => ({
    visitors: 0,
    visits: 0,
    pageViews: [...store.stored.values()].filter((arrived) => arrived.site === site).length,
    viewsPerVisit: 0,
    bounceRate: 0,
    visitDuration: 0,
  });
  const session = {
    id: "s1",
    visitor: "v1",
    user: null,
    start: 1,
    end: 2,
    duration: 1,
    engaged: 1,
    pageViews: 1,
    clicks: 0,
    events: 0,
    bounce: true,
    entry: "/",
    exit: "/",
    source: "Direct",
    channel: "Direct",
    device: "desktop",
    browser: "Firefox",
    system: "Linux",
    country: "FR",
  };

  const queries: Queries = {
    async summary(query) {
      asked("summary", query);
      const { period, asOf } = answered(query);
      return {
        asOf,
        period,
        numbers: numbers(query.site),
        ...(query.compare && { comparison: { period, numbers: numbers(query.site) } }),
        current: 0,
      };
    },
    async series(query) {
      asked("series", query);
      const { metric, interval, compare } = query;
      const { period, asOf } = answered(query);
      const points = [{ at: query.range.to, value: 1, partial: true } as const];
      return { asOf, period, metric, interval, points, ...(compare && { comparison: { period, points } }) };
    },
    async breakdown(query) {
      asked("breakdown", query);
      const row = { value: "/", visitors: 1, visits: 1, pageViews: 1, bounceRate: 1, visitDuration: 0 };
      return { ...answered(query), dimension: query.dimension, rows: [row], total: 1, next: "more" };
    },
    async bots(query) {
      asked("bots", query);
      return { ...answered(query), rows: [{ class: "crawler", visitors: 1, visits: 2, pageViews: 2 }] };
    },
    async pages(query) {
      asked("pages", query);
      return { ...answered(query), pages: [{ page: "/", title: "Home", views: 1, clicks: 0 }] };
    },
    async heatmap(query) {
      asked("heatmap", query);
      const { page, kind } = query;
      const bucket = query.bucket === "common" ? 1_280 : query.bucket;
      const element = {
        anchor: "a b",
        count: 1,
        rage: 0,
        dead: 0,
        cells: [[1, 2, 3]],
        at: [[1, 2, 3]],
        fixed: false,
      } as const;
      return {
        ...answered(query),
        ...{
          page,
          kind,
          bucket,
          widths: [{ bucket: 1_280, views: 1 }],
          views: 1,
          count: 1,
          size: { width: 1280, height: 4200, fold: 720 },
        },
        ...{ cells: [[1, 2, 3]], fixedCells: [], elements: [element], bands: [1, 0.5] },
      };
    },
    async sessions(query) {
      asked("sessions", query);
      return { ...answered(query), sessions: [session] };
    },
    async session(query) {
      asked("session", query);
      if (query.id !== session.id) throw new CollectorError("session_unknown", "there is no such visit");
      return {
        ...{ site: "shop", asOf: 3, session },
        pageViews: [{ id: "p1", page: "/", title: "Home", at: 1, engaged: 1, depth: null }],
        timeline: [{ at: 1, page: "/", type: "page", detail: { t: 0 } }],
      };
    },
    async events(query) {
      asked("events", query);
      return { ...answered(query), rows: [{ type: "custom", name: "signup", ...occurred }], total: 1, next: "more" };
    },
    async properties(query) {
      asked("properties", query);
      const { event, key } = query;
      return { ...answered(query), event, key, rows: [{ value: "pro", ...occurred }], total: 1, partial: true };
    },
    async goals(query) {
      asked("goals", query);
      const revenue = [{ currency: null, value: 1.5 }];
      const rows = [{ name: "purchase", conversions: 2, visitors: 1, rate: 0.5, revenue }];
      return { ...answered(query), visitors: 2, rows, total: 1 };
    },
    async funnel(query) {
      asked("funnel", query);
      const { steps, window } = query;
      return {
        ...answered(query),
        window,
        steps: steps.map((step) => ({ step, visitors: 1, ofFirst: 1, ofPrevious: 1 })),
      };
    },
    async retention(query) {
      asked("retention", query);
      const cohorts = [{ from: query.range.from, visitors: 1, seen: [{ visitors: 1, share: 1 }] }];
      return { ...answered(query), interval: query.interval, visitors: 2, known: 1, cohorts };
    },
    async journeys(query) {
      asked("journeys", query);
      const steps = [{ page: null, count: 1, share: 1 }];
      return { ...answered(query), page: query.page, views: 1, next: steps, previous: steps };
    },
    async vitals(query) {
      asked("vitals", query);
      const numbers = { count: 1, good: 1, needsImprovement: 0, poor: 0 };
      const metrics = [{ name: "LCP", p75: 1, rating: "good", ...numbers } as const];
      return { ...answered(query), metrics, rows: [{ page: "/", count: 1, metrics }], total: 1 };
    },
    async errors(query) {
      asked("errors", query);
      return { ...answered(query), rows: [{ message: "boom", pages: 1, first: 1, last: 2, ...occurred }], total: 1 };
    },
    async forms(query) {
      asked("forms", query);
      const fields = [{ anchor: "a b", entered: 1, changed: 1, left: 0 }];
      const row = { page: "/", started: 1, sent: 1, completion: 1, forms: [{ anchor: "f f", sent: 1 }], fields };
      return { ...answered(query), rows: [row], total: 1 };
    },
    async realtime(query) {
      asked("realtime", query);
      const pages = [{ value: "/", visitors: 1 }];
      return { asOf: query.now, current: store.stored.size, pages, sources: pages, countries: pages, minutes: [0, 1] };
    },
    async delivery(query) {
      asked("delivery", query);
      const counts = { tabs: 1, open: 0, received: 1, duplicates: 0, pending: 0, lost: 0 };
      return { ...answered(query), ...counts, dropped: { size: 1 }, gone: { quota: 2 }, rate: null };
    },
    async snapshots(query) {
      asked("snapshots", query);
      return { snapshots: store.snapshots.filter(({ site }) => site === query.site).map(entryOf) };
    },
    async snapshot(query) {
      asked("snapshot", query);
      const found = store.snapshots.find(({ site, ref }) => site === query.site && ref === query.ref);
      if (!found) throw new CollectorError("snapshot_unknown", "there is no such snapshot");
      return { snapshot: entryOf(found), tree: JSON.parse(gunzipSync(found.tree).toString()) };
    },
    async exportPage(query) {
      asked("exportPage", query);
      return { rows: [], next: null };
    },
    async heatRows(query) {
      asked("heatRows", query);
      return { total: 7, events: [] };
    },
    async heatPicture(query) {
      asked("heatPicture", query);
      const { resolution, type: requestedType = "click" } = query;
      const counts = { total: 3, plotted: 2, ignored: 1, typeBreakdown: { click: 2 } };
      const types = { requestedType, resolvedType: "all", plottableTypes: ["click"] } as const;
      const size = { viewport: { w: 1300, h: 700 }, renderHeight: 700, bucket: "1300x700" };
      return { points: [{ x: 5, y: 3, value: 2 }], meta: { resolution, ...counts, ...types, ...size } };
    },
    async heatSessions(query) {
      asked("heatSessions", query);
      return { total: 9, sessions: [] };
    },
    async heatSession(query) {
      asked("heatSession", query);
      return { total: 0, session: null, visitor: null, events: [] };
    },
    async visitor(query) {
      asked("visitor", query);
      const theirs = [...store.stored.values()].filter(({ batch }) => batch.visitor === query.visitor);
      const batches = theirs.map(({ batch, receivedAt }) => ({ receivedAt, visit: null, batch }));
      return { people: [], visits: [session], batches, tabs: [], snapshots: [], next: null };
    },
    async audit({ limit, after }) {
      asked("audit", { limit, after });
      return { entries: store.audit.toReversed().slice(after ?? 0, (after ?? 0) + limit), next: null };
    },
  };

  const store: MemoryStore = {
    stored: new Map(),
    chunks: [],
    asked: [],
    snapshots: [],
    audit: [],
    reachable: true,
    queries,
    texts: textsOf(queries),
    migrate: async () => check(),
    pendingSteps: async () => [],
    product: async () => "memory",
    folded: async () => {
      check();
      return [{ dimension: "page", days: 2, values: 7 }];
    },
    ping: async () => check(),
    close: async () => undefined,
    async registry() {
      check();
      return {
        ...{ sites: [...sites.values()], keys: [...keys.values()] },
        ...{ organisations: [...organisations.values()], members: [...members.values()] },
      };
    },
    async putSite(site) {
      check();
      sites.set(site.id, site);
    },
    async rotateKey({ id, next, until }, actor) {
      check();
      const before = keys.get(id);
      if (before === undefined || !isValid(before, next.createdAt)) return false;
      await store.putKey(next, actor);
      await store.putKey({ ...before, revokedAt: Math.min(before.revokedAt ?? until, until) }, actor);
      return true;
    },
    async putKey(given, actor = "command") {
      check();
      const revoked = [keys.get(given.id)?.revokedAt, given.revokedAt].filter((at) => typeof at === "number");
      const key = { ...given, revokedAt: revoked.length > 0 ? Math.min(...revoked) : null };
      keys.set(key.id, key);
      const action = key.revokedAt === null ? "key_created" : "key_revoked";
      store.audit.push({ at: key.createdAt, actor, action, site: key.site, subject: key.id, detail: key.kind });
    },
    async addSite(site, actor = "command") {
      check();
      if (sites.has(site.id)) return false;
      sites.set(site.id, site);
      const noted = { site: site.id, subject: site.organisation ?? "default", detail: null };
      store.audit.push({ at: site.createdAt, actor, action: "site_created", ...noted });
      return true;
    },
    async addOrganisation(organisation, actor = "command") {
      check();
      const { id, createdAt } = organisation;
      if (organisations.has(id)) return false;
      organisations.set(id, organisation);
      const noted = { site: null, subject: id, detail: null };
      store.audit.push({ at: createdAt, actor, action: "organisation_created", ...noted });
      return true;
    },
    async putMember(member) {
      check();
      members.set(member.id, member);
    },
    async note(entry) {
      check();
      store.audit.push(entry);
    },
    async erase({ id, visitor, until }) {
      check();
      for (const [key, { batch }] of store.stored) if (batch.visitor === visitor) store.stored.delete(key);
      return { id, until, completeBy: until };
    },
    async sweep() {
      check();
      return false;
    },
    async salts(wanted, now) {
      check();
      salts = salts.filter(({ from }) => from + saltLife > now);
      for (const salt of wanted)
        if (!salts.some(({ group, day }) => group === salt.group && day === salt.day)) salts.push(salt);
      return [...salts];
    },
    async rebuild() {
      check();
    },
    async heldSnapshots() {
      check();
      return store.snapshots;
    },
    async putSnapshot(snapshot, bounds, tree) {
      check();
      store.snapshots.push({ ...snapshot, bounds, tree });
    },
    async putImported({ rows }) {
      check();
      return { stored: rows.length, own: 0, begins: null };
    },
    async cursor(journal) {
      check();
      return cursors.get(journal) ?? 0;
    },
    async project(chunk) {
      check();
      if ((cursors.get(chunk.journal) ?? 0) !== chunk.from)
        throw new CollectorError("cursor_moved", "somebody else did");
      store.chunks.push(chunk);
      const { batches: waiting, unreadable } = sortArrivals(chunk.records);
      const batches = waiting.map(readBatch).filter((batch) => batch !== null);
      let stored = 0;
      for (const arrived of batches) {
        if (store.stored.has(arrived.batch.id)) continue;
        store.stored.set(arrived.batch.id, arrived);
        stored++;
      }
      cursors.set(chunk.journal, chunk.to);
      return {
        stored,
        duplicates: batches.length - stored,
        unreadable: unreadable + waiting.length - batches.length,
      };
    },
  };
  return store;
}
