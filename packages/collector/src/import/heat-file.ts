import { CollectorError } from "../collector-error.js";
import { sqliteDriver } from "../store/sqlite/driver.js";

/** An event of heat-collector's, with what its session and user say (its dist/chunk-*.js, 0.3.7: tables for SQLite). */
export interface HeatFileRow {
  readonly id: string;
  readonly session_id: string;
  readonly type: string;
  readonly ts: number;
  readonly path: string;
  readonly selector: string | null;
  readonly x: number | null;
  readonly y: number | null;
  readonly scroll_depth: number | null;
  readonly meta_json: string | null;
  readonly user_agent: string | null;
  readonly user: string | null;
}

/** A database that a heat-collector wrote. */
export interface HeatFile {
  /** Rows of events, and how far down each path was pressed or pointed at, in px. */
  readonly total: number;
  readonly heights: ReadonlyMap<string, number>;
  /** Every event of its project: session by session, each from its first to its last. Copies follow each other. */
  rows(): IterableIterator<HeatFileRow>;
  close(): void;
}

// Without any index but of ids the database sorts all of them, on disk where they are many.
const sorted = `SELECT e.id, e.session_id, e.type, e.ts, e.path, e.selector, e.x, e.y, e.scroll_depth, e.meta_json,
    s.user_agent, u.external_id AS user
  FROM events e LEFT JOIN sessions s ON s.id = e.session_id LEFT JOIN users u ON u.id = COALESCE(e.user_id, s.user_id)
  WHERE e.project_id = ? ORDER BY e.session_id, e.ts, e.type, e.path, e.x, e.y, e.id`;

/**
 * Opens a SQLite file of heat-collector's, to read it. `project` is its id or its key, and may be left out where there is
 * one. Throws `import_invalid` where the file is none, or the project not in it.
 */
export function openHeatFile(file: string, project?: string): HeatFile {
  const Database = sqliteDriver();
  let database: InstanceType<typeof Database>;
  let projects: readonly { readonly id: string; readonly key: string }[];
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    projects = database.prepare("SELECT id, key FROM projects ORDER BY key").all() as typeof projects;
    database.prepare(sorted);
  } catch (cause) {
    throw new CollectorError("import_invalid", `${file} is no database of heat-collector's that can be read`, {
      cause,
    });
  }
  const found = project === undefined ? projects : projects.filter(({ id, key }) => id === project || key === project);
  const [only] = found;
  if (!only || found.length > 1) {
    database.close();
    const keys = projects.map(({ key }) => key).join(", ");
    const fault = only === undefined && project !== undefined ? `there is no project ${project}` : "name the project";
    throw new CollectorError("import_invalid", `${fault}; the file has ${keys || "none"}`);
  }
  const { total } = database.prepare("SELECT count(*) AS total FROM events WHERE project_id = ?").get(only.id) as {
    readonly total: number;
  };
  const lowest = database
    .prepare("SELECT path, max(y) AS y FROM events WHERE project_id = ? AND y IS NOT NULL GROUP BY path")
    .all(only.id) as readonly { readonly path: string; readonly y: number }[];
  return {
    total,
    heights: new Map(lowest.map(({ path, y }) => [path, y])),
    rows: () => database.prepare(sorted).iterate(only.id) as IterableIterator<HeatFileRow>,
    close: () => database.close(),
  };
}
