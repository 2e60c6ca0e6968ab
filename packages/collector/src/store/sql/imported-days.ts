import { CollectorError } from "../../collector-error.js";
import { type Day, dayOf, dayText, zone } from "../derive/zone.js";
import type { ImportedPart, ImportedPartReport } from "../imported.js";
import type { Connection } from "./connection.js";
import { markTexts } from "./privacy/text-state.js";
import { type NumberedSite, readSite } from "./registry.js";
import type { Writer } from "./writer.js";

/** Days, in no order, that nobody can have visits of. */
const never = Number.POSITIVE_INFINITY;

const key = "site = ? AND origin = ? AND dimension = ? AND day = ?";
const update = `UPDATE imported_days SET visitors = visitors + ?, visits = visits + ?, rated = rated + ?,
  page_views = page_views + ?, bounces = bounces + ?, duration = duration + ? WHERE ${key} AND value = ?`;
const insert = `INSERT INTO imported_days (visitors, visits, rated, page_views, bounces, duration, site, origin, dimension,
  day, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Stores a part of an import. Throws `site_unknown`. */
export function putImported(writer: Writer, { site: id, origin, anew, rows }: ImportedPart): ImportedPartReport {
  const { connection, strings } = writer;
  return writer.write(() => {
    const site = readSite(connection, id);
    if (!site) throw new CollectorError("site_unknown", `there is no site ${id}`);
    const begins = firstDay(connection, site);
    for (const [dimension, day] of anew)
      connection.run(`DELETE FROM imported_days WHERE ${key}`, site.n, origin, dimension, dayOf(day));
    let [stored, own] = [0, 0];
    for (const row of rows) {
      const day = dayOf(row.day);
      if (day >= begins) {
        own++;
        continue;
      }
      const { visitors, visits, rated, pageViews, bounces, duration, dimension } = row;
      const value = dimension === "all" ? 0 : strings.number(row.value);
      const values = [visitors, visits, rated, pageViews, bounces, duration, site.n, origin, dimension, day, value];
      if (connection.change(update, ...values) === 0) connection.run(insert, ...values);
      stored++;
    }
    // It may refer to texts that somebody is just about to find unused.
    markTexts(connection);
    return { stored, own, begins: begins === never ? null : dayText(begins) };
  });
}

/** The first local day that has visits of the site's own, or had them until they were swept. */
function firstDay(connection: Connection, { n, timeZone }: NumberedSite): Day {
  const visit = connection.get<{ start: number | null }>(
    "SELECT min(start) AS start FROM sessions WHERE site = ? AND bot IS NULL",
    n,
  );
  const kept = connection.get<{ day: Day | null }>(
    "SELECT min(day) AS day FROM days WHERE site = ? AND dimension = 'all'",
    n,
  );
  return Math.min(visit?.start == null ? never : zone(timeZone).day(visit.start), kept?.day ?? never);
}
