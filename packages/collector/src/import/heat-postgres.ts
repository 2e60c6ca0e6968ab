import { CollectorError } from "../collector-error.js";
import { driverOptions } from "../store/postgres/address.js";
import { chosenProject, type HeatFileRow, type HeatSource, lowest, sorted } from "./heat-source.js";

/** Rows that lie in memory at once. */
const atOnce = 2_000;

/**
 * Reads a database that a heat-collector wrote in PostgreSQL, on one snapshot and changing nothing. Throws `import_invalid`
 * where it cannot be read, or the project is not in it.
 */
export async function openHeatPostgres(url: string, project?: string): Promise<HeatSource> {
  // Loaded only where it is used.
  const { default: pg } = await import("pg");
  const client = new pg.Client({ ...followed(url), application_name: "isotherm import" });
  client.on("error", () => undefined);
  const rowsOf = async <Row>(sql: string, ...values: readonly string[]): Promise<readonly Row[]> =>
    (await client.query(sql, [...values])).rows as readonly Row[];
  try {
    await client.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const projects = await rowsOf<{ readonly id: string; readonly key: string }>(
      "SELECT id, key FROM projects ORDER BY key",
    );
    const { id } = chosenProject("the database", projects, project);
    const [counted] = await rowsOf<{ readonly total: string }>(
      "SELECT count(*) AS total FROM events WHERE project_id = $1",
      id,
    );
    const heights = await rowsOf<{ readonly path: string; readonly y: number }>(lowest("$1"), id);
    await client.query(`DECLARE heat NO SCROLL CURSOR FOR ${sorted("$1")}`, [id]);
    return {
      total: Number(counted?.total ?? 0),
      heights: new Map(heights.map(({ path, y }) => [path, y])),
      async *rows() {
        for (;;) {
          const rows = await rowsOf<HeatFileRow & { readonly ts: number | string }>(`FETCH ${atOnce} FROM heat`);
          // Its BIGINT comes as a text.
          for (const row of rows) yield { ...row, ts: Number(row.ts) };
          if (rows.length < atOnce) return;
        }
      },
      close: () => client.end(),
    };
  } catch (cause) {
    await client.end().catch(() => undefined);
    if (cause instanceof CollectorError) throw cause;
    throw new CollectorError("import_invalid", "this is no database of heat-collector's that can be read", { cause });
  }
}

function followed(url: string): ReturnType<typeof driverOptions> {
  try {
    return driverOptions(url);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CollectorError("import_invalid", `the database's address cannot be followed: ${why}`, { cause });
  }
}
