import { CollectorError } from "../collector-error.js";
import { sqliteDriver } from "../store/sqlite/driver.js";
import { chosenProject, type HeatFileRow, type HeatSource, lowest, sorted } from "./heat-source.js";

/**
 * Opens a SQLite file of heat-collector's, to read it. `project` is its id or its key, and may be left out where there is
 * one. Throws `import_invalid` where the file is none, or the project not in it.
 */
export function openHeatFile(file: string, project?: string): HeatSource {
  const Database = sqliteDriver();
  let database: InstanceType<typeof Database>;
  let projects: readonly { readonly id: string; readonly key: string }[];
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    projects = database.prepare("SELECT id, key FROM projects ORDER BY key").all() as typeof projects;
    database.prepare(sorted("?"));
  } catch (cause) {
    throw new CollectorError("import_invalid", `${file} is no database of heat-collector's that can be read`, {
      cause,
    });
  }
  let id: string;
  try {
    ({ id } = chosenProject("the file", projects, project));
  } catch (error) {
    database.close();
    throw error;
  }
  const { total } = database.prepare("SELECT count(*) AS total FROM events WHERE project_id = ?").get(id) as {
    readonly total: number;
  };
  const heights = database.prepare(lowest("?")).all(id) as readonly { readonly path: string; readonly y: number }[];
  return {
    total,
    heights: new Map(heights.map(({ path, y }) => [path, y])),
    rows: () => database.prepare(sorted("?")).iterate(id) as IterableIterator<HeatFileRow>,
    async close() {
      database.close();
    },
  };
}
