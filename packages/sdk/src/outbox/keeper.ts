import { createStore, promisifyRequest, type UseStore } from "idb-keyval";

// Safari has let `open` hang for ever: https://bugs.webkit.org/show_bug.cgi?id=226547
const patience = 3_000;

/** Runs one transaction, and answers with what the request brought; undefined once the storage cannot be used. */
export type Keeper = <T>(
  act: (store: IDBObjectStore) => IDBRequest<T> | undefined,
  commit?: boolean,
) => Promise<T | undefined>;

/** Opens a database. A failed connection is opened once more, and then given up: blocked storage is no error. */
export function keeper(name: string): Keeper {
  let connections = 0;
  let use: UseStore | undefined;
  const attempt: Keeper = async (act, commit) => {
    if (!use && connections++ < 2) use = createStore(name, "outbox");
    const mine = use;
    if (!mine) return undefined;
    try {
      const transaction = mine("readwrite", async (store) => {
        const request = act(store);
        // Written while the page ends, a transaction is lost unless it is committed at once.
        if (commit) store.transaction.commit?.();
        await promisifyRequest(store.transaction);
        return request?.result;
      });
      const late = new Promise<never>((_, reject) => setTimeout(reject, patience));
      return await Promise.race([transaction, late]);
    } catch {
      if (use === mine) use = undefined;
      return attempt(act, commit);
    }
  };
  return attempt;
}
