import { CollectorError } from "../collector-error.js";

/** An event of heat-collector's, with what its session and user say (its dist/chunk-*.js, 0.3.7). */
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

/** A database that a heat-collector wrote, and one project in it. */
export interface HeatSource {
  /** Rows of events, and how far down each path was pressed or pointed at, in px. */
  readonly total: number;
  readonly heights: ReadonlyMap<string, number>;
  /** Every event of its project: session by session, each from its first to its last. Copies follow each other. */
  rows(): Iterable<HeatFileRow> | AsyncIterable<HeatFileRow>;
  close(): Promise<void>;
}

/** Selects the rows; `value` stands for the project's id. Without an index the database sorts all of them, on disk where they are many. */
export const sorted = (value: string): string => `SELECT e.id, e.session_id, e.type, e.ts, e.path, e.selector, e.x, e.y,
    e.scroll_depth, e.meta_json, s.user_agent, u.external_id AS "user"
  FROM events e LEFT JOIN sessions s ON s.id = e.session_id LEFT JOIN users u ON u.id = COALESCE(e.user_id, s.user_id)
  WHERE e.project_id = ${value} ORDER BY e.session_id, e.ts, e.type, e.path, e.x, e.y, e.id`;

/** Selects how far down each path was pressed. */
export const lowest = (value: string): string =>
  `SELECT path, max(y) AS y FROM events WHERE project_id = ${value} AND y IS NOT NULL GROUP BY path`;

interface Project {
  readonly id: string;
  readonly key: string;
}

/** The project of this id or key, or else the only one. Throws `import_invalid`. */
export function chosenProject(where: string, projects: readonly Project[], wanted: string | undefined): Project {
  const found = wanted === undefined ? projects : projects.filter(({ id, key }) => id === wanted || key === wanted);
  const [only] = found;
  if (only && found.length === 1) return only;
  const fault = only === undefined && wanted !== undefined ? `there is no project ${wanted}` : "name the project";
  const keys = projects.map(({ key }) => key).join(", ");
  throw new CollectorError("import_invalid", `${fault}; ${where} has ${keys || "none"}`);
}
