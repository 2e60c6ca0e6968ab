import { fixtureTime } from "@isotherm/protocol/fixtures";
import { onTestFinished } from "vitest";
import { encodeArrival } from "../../src/project/record.js";
import type { Connection } from "../../src/store/sql/connection.js";
import type { ServerStoreOptions } from "../../src/store/sql/server-store.js";
import type { Chunk, Store } from "../../src/store/store.js";
import { siteOf } from "../store/site.js";
import { visitOf } from "../store/visit.js";
import { databaseName, theServer } from "./databases.js";

/** An empty database of a test's own, which goes with all that was opened when the test is over. */
export interface Opening {
  readonly url: string;
  /** Opens a connection that writes; by another address of the same database where one is given. */
  connect(url?: string): Connection;
  /** Opens a store with threads. */
  open(options?: Partial<ServerStoreOptions>): Store;
}

export async function opening(): Promise<Opening> {
  const { create, drop, database, store } = theServer();
  const name = databaseName();
  const own = await create(name);
  const opened: { close(): unknown }[] = [];
  onTestFinished(async () => {
    for (const one of opened.toReversed()) await one.close();
    await drop(name);
  });
  const noted = <Opened extends { close(): unknown }>(made: Opened): Opened => {
    opened.push(made);
    return made;
  };
  return {
    url: own,
    connect: (url = own) => noted(database(url).connect("write")),
    open: (options = {}) => noted(store({ url: own, readers: 1, ...options })),
  };
}

/** A store in such a database that has a site, "shop". */
export async function openSite({ open }: Opening, options?: Partial<ServerStoreOptions>): Promise<Store> {
  const store = open(options);
  await store.migrate();
  await store.putSite(siteOf());
  return store;
}

/** Visits of as many visitors, a batch each, as a chunk from a place in its journal on. */
export function chunkOf(visits: number, from = 0): Chunk {
  const records = Array.from({ length: visits }, (_, n) => {
    const [batch] = visitOf({ visitor: `visitor ${from + n}`, at: fixtureTime + from + n });
    if (!batch) throw new Error("no batch");
    return encodeArrival({ site: "shop", batch, receivedAt: fixtureTime }).data;
  });
  return { journal: "one", from, to: from + visits, records };
}
