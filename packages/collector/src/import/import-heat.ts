import { parseUrl } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import { checkMapped } from "../intake/foreign/check.js";
import { FieldFault } from "../intake/foreign/fields.js";
import { encodeArrival } from "../project/record.js";
import type { Store } from "../store/store.js";
import { groupsOf, type LeftOut, sealedHeat } from "./heat-batches.js";
import { openHeatPostgres } from "./heat-postgres.js";
import type { HeatFileRow } from "./heat-source.js";
import { openHeatFile } from "./heat-sqlite.js";

/** Where a heat-collector's data goes. */
export interface HeatImportOptions {
  readonly store: Store;
  /** The site's id. */
  readonly site: string;
  /** A SQLite file of heat-collector's, or the address of its PostgreSQL as `postgres://…`; they are only read. */
  readonly from: string;
  /** Id or key of its project, where there are several. @default the only one */
  readonly project?: string;
  /** Is told how many of how many rows are done. @default nobody */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What an import of heat-collector's data did, in rows of its events and batches of ours. */
export interface HeatImportReport {
  readonly rows: number;
  readonly stored: number;
  /** Batches that an earlier import had stored. */
  readonly duplicates: number;
  readonly leftOut: { readonly [reason in LeftOut]: number };
}

/** An address of PostgreSQL. */
const isPostgres = /^postgres(?:ql)?:\/\//;
/** Batches of one chunk. */
const atOnce = 500;

/**
 * Stores what a heat-collector has as batches, by the way that all batches go from the journal on. Their ids are made of its
 * events' ids: what was imported before counts once. Rejects with `site_unknown`,
 * and with `import_invalid` where the file cannot be read.
 */
export async function importHeat(options: HeatImportOptions): Promise<HeatImportReport> {
  const { store, site: id, from, project, onProgress = () => undefined } = options;
  const { sites } = await store.registry();
  const site = sites.find((candidate) => candidate.id === id);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${id}`);
  // https://www.rfc-editor.org/rfc/rfc2606#section-2: a name that is nobody's.
  const origin = site.origins.find((listed) => parseUrl(listed) !== undefined) ?? "https://unknown.invalid";
  const source = await (isPostgres.test(from) ? openHeatPostgres(from, project) : openHeatFile(from, project));
  const journal = `import heat ${id}`;
  const leftOut = { copy: 0, empty: 0, invalid: 0 };
  let at = await store.cursor(journal);
  let [rows, stored, duplicates] = [0, 0, 0];
  let waiting: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    const report = await store.project({ journal, from: at, to: at + waiting.length, records: waiting });
    at += waiting.length;
    stored += report.stored;
    duplicates += report.duplicates;
    waiting = [];
    onProgress(rows, source.total);
  };
  try {
    for await (const { rows: group, leftOut: why } of groupsOf(source.rows())) {
      rows += group.length;
      const records = why === undefined ? recordsOf(group, id, origin, source.heights) : null;
      if (records === null) leftOut[why ?? "invalid"] += group.length;
      else waiting.push(...records);
      if (waiting.length >= atOnce) await flush();
    }
    if (waiting.length > 0) await flush();
  } finally {
    await source.close();
  }
  onProgress(rows, source.total);
  return { rows, stored, duplicates, leftOut };
}

/** Records for the projector; null where the intake would refuse the event too. */
function recordsOf(
  rows: readonly HeatFileRow[],
  site: string,
  origin: string,
  heights: ReadonlyMap<string, number>,
): readonly Uint8Array[] | null {
  const [first, ...others] = rows;
  if (!first) return null;
  try {
    const sealed = sealedHeat([first, ...others], site, origin, heights);
    const bare = sealed.map(({ edge: _edge, ...batch }) => batch);
    if (checkMapped([{ id: first.id, batches: bare }]).some(({ ok }) => !ok)) return null;
    return sealed.map((batch) => encodeArrival({ site, batch, receivedAt: batch.edge.at }).data);
  } catch (error) {
    if (error instanceof FieldFault) return null;
    throw error;
  }
}
