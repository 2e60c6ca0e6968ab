import { dirname } from "node:path";
import { type Store, sqliteStore } from "@isotherm/collector";
import { makeFolder } from "./folders.js";

/** Opens the database and brings its schema up to this code. */
export async function openStore(file: string): Promise<Store> {
  await makeFolder(dirname(file));
  const store = await sqliteStore({ file });
  try {
    await store.migrate();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
