import { pagePath, parseUrl, type SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../../../../collector-error.js";
import { nameOf } from "../../../../intake/foreign/ids.js";
import { type Day, type Zone, zone } from "../../../derive/zone.js";
import type { HeatSelection, HeatType } from "../../../heat-collector.js";
import type { Connection, Value } from "../../connection.js";
import { type PackedRow, packedColumns, unpacker } from "../../pack.js";
import { readSite } from "../../registry.js";
import { sessionId } from "../session-row.js";

/** A site by its name and its number. */
export interface HeatSite {
  readonly id: string;
  readonly n: number;
  readonly zone: Zone;
}

/** Throws `site_unknown`. */
export function heatSite(connection: Connection, id: string): HeatSite {
  const site = readSite(connection, id);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${id}`);
  return { id, n: site.n, zone: zone(site.timeZone) };
}

/** A stored batch. */
export interface HeatBatch {
  readonly n: number;
  readonly part: number;
  readonly batch: SealedBatch;
  /** What its session is called: by its SDK where that said so, else by us. */
  readonly session: string;
}

interface Row extends PackedRow {
  readonly n: number;
  readonly part: number;
  readonly page: number;
  readonly first_id: Uint8Array | null;
  readonly first_part: number | null;
}

const select = `SELECT r.n, r.part, r.page, f.id AS first_id, f.part AS first_part, ${packedColumns}
  FROM raw r JOIN packed p ON p.n = r.n LEFT JOIN sessions s ON s.n = r.session LEFT JOIN raw f ON f.n = s.first`;

/** How many batches lie in memory at once. */
const atOnce = 200;

/** Reads batches of a site. */
export interface HeatReader {
  /** People's batches of a local day, of one page or of all. */
  ofDay(day: Day, page: number | null, type: HeatType | "all"): Generator<HeatBatch>;
  ofSession(session: number): readonly HeatBatch[];
  one(n: number): HeatBatch | undefined;
}

/** Rows that no event of this type can come from are not read. */
const counted: { readonly [type in HeatType]?: string } = {
  click: " AND r.clicks > 0",
  pageview: " AND r.views > 0",
  custom: " AND r.events > 0",
};

export function heatReader(connection: Connection, site: HeatSite): HeatReader {
  const unpack = unpacker(connection);
  const read = ({ n, part, first_id: id, first_part: of, ...packed }: Row): HeatBatch => {
    const batch = unpack(packed);
    const visit = id === null ? batch.tab : sessionId(id, of ?? 0);
    return { n, part, batch, session: foreignSession(site.id, batch) ?? visit };
  };
  return {
    *ofDay(day, page, type) {
      const where = `r.site = ? AND r.day = ? AND r.bot IS NULL${page === null ? "" : " AND r.page = ?"}
        ${type === "all" ? "" : (counted[type] ?? "")}`;
      const values: readonly Value[] = page === null ? [site.n, day] : [site.n, day, page];
      let after: readonly [page: number, n: number] = [-1, -1];
      for (;;) {
        const rows = connection.all<Row>(
          `${select} WHERE ${where} AND (r.page, r.n) > (?, ?) ORDER BY r.page, r.n LIMIT ?`,
          ...[...values, ...after, atOnce],
        );
        for (const row of rows) yield read(row);
        const last = rows.at(-1);
        if (!last || rows.length < atOnce) return;
        after = [last.page, last.n];
      }
    },
    ofSession: (session) => connection.all<Row>(`${select} WHERE r.session = ? ORDER BY r.n`, session).map(read),
    one: (n) => connection.all<Row>(`${select} WHERE r.n = ?`, n).map(read)[0],
  };
}

/** What an SDK of others called the session; a hint of ours names no visit. */
function foreignSession(site: string, { session, tab }: SealedBatch): string | undefined {
  return session !== undefined && foreignTab(site, session) === tab ? session : undefined;
}

/** The tab that an intake makes of a foreign session. */
export const foreignTab = (site: string, session: string): string => nameOf("tab", site, session);

/** The path of an address, with query and hash. */
export function pathOf(url: string): string {
  const parsed = parseUrl(url);
  return parsed ? `${parsed.pathname}${parsed.search}${parsed.hash}` : url;
}

/** A path as it is looked for. */
export interface WantedPath {
  /** Its page by number; null for all pages, and -1 for one that nobody saw. */
  readonly page: number | null;
  fits(batch: SealedBatch): boolean;
}

export function wantedPath(connection: Connection, path: string | null): WantedPath {
  if (path === null) return { page: null, fits: () => true };
  const url = parseUrl(path, "https://unknown.invalid")?.href ?? path;
  const row = connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", pagePath(url) ?? path);
  const exact = /[?#]/.test(path) ? pathOf(url) : null;
  return { page: row?.n ?? -1, fits: ({ page }) => exact === null || pathOf(page.url) === exact };
}

/** No Date is as many days from 1970. */
const farthest = 110_000_000;

/** The local days of the site in which events of the selection may lie, oldest first. */
export function daysOf(
  connection: Connection,
  { n, zone: local }: HeatSite,
  { from, to }: Pick<HeatSelection, "from" | "to">,
): readonly Day[] {
  // A batch of the evening may end after midnight.
  const first = from === null ? -farthest : local.day(from) - 1;
  const last = to === null ? farthest : local.day(to);
  const rows = connection.all<{ day: number }>(
    "SELECT day FROM day_versions WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day",
    ...[n, first, last],
  );
  return rows.map(({ day }) => day);
}
