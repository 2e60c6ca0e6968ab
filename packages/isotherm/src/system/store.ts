import { dirname } from "node:path";
import { type Store, sqliteStore } from "@isotherm/collector";
import { checkWritable, makeFolder } from "./folders.js";

/**
 * Opens the database and brings its schema up to this code. A server wants `threads`, so that its event loop never waits
 * for the disk; a command that asks one thing does not. `places` says where networks are.
 */
export async function openStore(
  file: string,
  { threads, places = [] }: { readonly threads: boolean; readonly places?: readonly string[] },
): Promise<Store> {
  await makeFolder(dirname(file));
  await checkWritable(file);
  const store = await sqliteStore({ file, threads, places });
  try {
    await store.migrate();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
