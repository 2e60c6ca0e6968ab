import { CollectorError } from "../../collector-error.js";
import { placeFiles } from "../../enrich/place-files.js";
import { queriesOf, textsOf } from "../answer-texts.js";
import type { RebuildStep, Store } from "../store.js";
import type { Database } from "./database.js";
import { localEngine, threadedEngine } from "./engine.js";
import { usualMostValues } from "./other.js";
import { bundle } from "./record-bundle.js";
import type { Settling } from "./settle-days.js";

/** What every store in an SQL database takes. */
export interface SqlStoreOptions {
  /** Threads that answer queries, each with a connection, beside the one that writes. @default 2 */
  readonly readers?: number;
  /** Milliseconds that a query may take, waiting included. @default 15000 */
  readonly deadline?: number;
  /**
   * Milliseconds without a write to a day until its rows are derived again; at most twice as many. A day that is never left
   * alone so long is derived every five minutes, or more rarely where that takes long. @default 5000
   */
  readonly settle?: number;
  /** Whether threads do the work; without them each call blocks the caller, as tests and scripts may want. @default true */
  readonly threads?: boolean;
  /**
   * Files in MaxMind's format (mmdb) that say where networks are and whose: country, region, city, time zone, autonomous
   * system, kind of network. The first that knows a thing is believed. They are read once, whole, into memory. @default []
   */
  readonly places?: readonly string[];
  /**
   * Values of each dimension, and names, that a site's day tells apart; the less frequent stand together as `(other)`. Days
   * that are derived already keep what they have until they are derived again. @default 10000
   */
  readonly mostValues?: number;
}

/** Milliseconds that a query may take where nobody says. */
export const usualDeadline = 15_000;

/** A kind of database, at one place. */
export interface SqlPlace<Place> {
  /** The module that its threads run, in TypeScript where this is. */
  readonly body: URL;
  readonly place: Place;
  readonly database: (place: Place) => Database;
}

/** Opens a store in a database. Throws `options_invalid` where one of `places` cannot be read, or `mostValues` is no number of values. */
export function sqlStore<Place>({ body, place, database }: SqlPlace<Place>, options: SqlStoreOptions): Store {
  const { readers = 2, deadline = usualDeadline, settle = 5_000, threads = true, places = [] } = options;
  const { mostValues = usualMostValues } = options;
  if (!Number.isSafeInteger(mostValues) || mostValues < 1)
    throw new CollectorError("options_invalid", `mostValues: expected a whole number of at least 1, not ${mostValues}`);
  // Once here, where who wrote the options can be told, and again where they are needed.
  placeFiles(places);
  const engine = threads
    ? threadedEngine({ body, place, readers, deadline, places, mostValues })
    : localEngine(database(place), places, mostValues);
  const { write, read } = engine;
  let timer: NodeJS.Timeout | null = null;
  let settling = false;
  /** Whether to settle once more: something was written meanwhile, or days wait. */
  let again = false;

  const texts = textsOf(read);

  const settleAll = async (): Promise<void> => {
    settling = true;
    again = false;
    try {
      let days: Settling;
      do days = await write("settleDays");
      while (days === "more");
      while (await write("catchUp"));
      if (days === "waiting") again = true;
    } catch {
      // The days stay dirty, which costs speed and nothing else; the next write tries again.
    }
    settling = false;
    if (again) settleSoon();
  };
  // Never twice at once: two looks right after each other would find every day quiet.
  const settleSoon = (): void => {
    if (settling) again = true;
    else
      timer ??= setTimeout(() => {
        timer = null;
        void settleAll();
      }, settle).unref();
  };

  return {
    async migrate() {
      await write("migrate");
      settleSoon();
    },
    product: () => write("product"),
    pendingSteps: () => write("pendingSteps"),
    registry: () => write("registry"),
    putSite: (site) => write("putSite", site),
    addSite: (site, actor = "command") => write("addSite", site, actor),
    putKey: (key, actor = "command") => write("putKey", key, actor),
    rotateKey: (rotation, actor = "command") => write("rotateKey", rotation, actor),
    addOrganisation: (organisation, actor = "command") => write("addOrganisation", organisation, actor),
    putMember: (member, actor = "command") => write("putMember", member, actor),
    salts: (wanted, now) => write("salts", wanted, now),
    cursor: (journal) => write("cursor", journal),
    async project({ records, ...run }) {
      const report = await write("project", run, bundle(records));
      settleSoon();
      return report;
    },
    heldSnapshots: () => write("heldSnapshots"),
    // Bytes on their way to a thread are gone here.
    putSnapshot: (snapshot, bounds, tree) => write("putSnapshot", snapshot, bounds, Uint8Array.from(tree)),
    putImported: (part) => write("putImported", part),
    async rebuild(model, onProgress) {
      let at: RebuildStep["next"] = null;
      do {
        const step: RebuildStep = await write("rebuild", model, at);
        onProgress?.(step.done, step.total);
        at = step.next;
      } while (at !== null);
    },
    erase: (order) => write("erase", order),
    sweep: (now) => write("sweep", now),
    note: (entry) => write("note", entry),
    queries: queriesOf(texts),
    texts,
    folded: () => write("folded"),
    ping: () => write("ping"),
    async close() {
      if (timer) clearTimeout(timer);
      await engine.close();
    },
  };
}
