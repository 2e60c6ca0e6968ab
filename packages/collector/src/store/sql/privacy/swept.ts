import type { Day } from "../../derive/zone.js";
import type { Connection } from "../connection.js";

/** The local day from which on a site's batches and visits are kept; what is older has gone, or is going. */
export function rawBefore(connection: Connection, site: number): Day {
  const row = connection.get<{ raw_before: number }>("SELECT raw_before FROM swept WHERE site = ?", site);
  return row?.raw_before ?? Number.MIN_SAFE_INTEGER;
}

/** Moves it. */
export function setRawBefore(connection: Connection, site: number, day: Day): void {
  connection.run("DELETE FROM swept WHERE site = ?", site);
  connection.run("INSERT INTO swept (site, raw_before) VALUES (?, ?)", site, day);
}
