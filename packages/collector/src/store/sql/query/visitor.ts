import type { SessionRow } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import { readTab } from "../../derive/tab.js";
import type { VisitorPart, VisitorQuery } from "../../people.js";
import { type PackedRow, packedColumns, unpacker } from "../pack.js";
import { peopleNamed, theirs } from "../privacy/people.js";
import { readSite } from "../registry.js";
import type { Reader } from "./scope.js";
import { type StoredRow, selectRows, sessionId, toSessionRows } from "./session-row.js";

/** Rows that are looked at, and batches that are given, in one part at most. */
const lookedAt = 100_000;
const given = 100;

interface BatchRow extends PackedRow {
  readonly n: number;
  readonly received: number;
  readonly first: number | null;
}

/** A part of all that is kept of whom a name means: with the first one who it is and the visits, then batch by batch. */
export function visitorPart({ connection }: Reader, { site: siteId, visitor, after }: VisitorQuery): VisitorPart {
  const site = readSite(connection, siteId);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${siteId}`);
  const people = peopleNamed(connection, site.n, { kind: "any", name: visitor });
  const [visitors, users] = [people.visitors.map(({ n }) => n), people.users.map(({ n }) => n)];
  const { sql, values } = theirs({ visitors, users });
  const last = connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;
  const end = Math.min(after + lookedAt, last);
  const rows = connection.all<BatchRow>(
    `SELECT r.n, r.received, s.first, ${packedColumns}
     FROM (SELECT n, id, visitor, received, session FROM raw WHERE n > ? AND n <= ? AND site = ? AND ${sql} ORDER BY n LIMIT ${given}) r
     JOIN packed p ON p.n = r.n LEFT JOIN sessions s ON s.n = r.session ORDER BY r.n`,
    ...[after, end, site.n, ...values],
  );
  const unpack = unpacker(connection);
  const batches = rows.map(({ received, first, ...packed }) => ({
    receivedAt: received,
    visit: first === null ? null : nameOf(first),
    batch: unpack(packed),
  }));
  const reached = rows.length === given ? (rows.at(-1)?.n ?? end) : end;
  return {
    ...(after === 0 && { people: [...people.visitors, ...people.users].map(({ kind, name }) => ({ kind, name })) }),
    ...(after === 0 && { visits: visits() }),
    batches,
    tabs: unique(batches.map(({ batch }) => batch.tab)).flatMap((tab) => {
      const row = connection.get<{ state: string }>(
        "SELECT state FROM deliveries WHERE site = ? AND tab = ?",
        ...[site.n, tab],
      );
      return row ? [{ tab, ...readTab(row.state) }] : [];
    }),
    snapshots: unique(batches.map(({ batch }) => batch.page.id)).flatMap((view) =>
      connection.all<{ ref: string; page: string; at: number }>(
        "SELECT ref, page, at FROM snapshots WHERE site = ? AND view = ?",
        ...[site.n, view],
      ),
    ),
    next: reached < last ? reached : null,
  };

  function visits(): readonly SessionRow[] {
    return visitors.flatMap((n) =>
      toSessionRows(connection, connection.all<StoredRow>(`${selectRows} WHERE s.visitor = ? ORDER BY s.start`, n)),
    );
  }

  function nameOf(first: number): string | null {
    const row = connection.get<{ id: Uint8Array; part: number }>("SELECT id, part FROM raw WHERE n = ?", first);
    return row ? sessionId(row.id, row.part) : null;
  }
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];
