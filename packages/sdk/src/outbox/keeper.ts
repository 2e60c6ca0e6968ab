import { promisifyRequest } from "idb-keyval";

// Safari has let `open` hang for ever: https://bugs.webkit.org/show_bug.cgi?id=226547
const patience = 3_000;

/**
 * Runs one transaction, and answers with what its request brought, or true; undefined once the storage cannot be used. It is
 * committed at once, unless `asks` says that more requests follow from an answer: a transaction that waits for a page that
 * ends is lost, and one that waits for a page in the back/forward cache has Chromium discard that page as soon as another
 * one uses the storage.
 */
export type Keeper = <T>(
  act: (store: IDBObjectStore) => IDBRequest<T> | undefined | false | undefined,
  asks?: boolean,
) => Promise<T | undefined>;

const open = async (name: string): Promise<IDBDatabase> => {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.result.createObjectStore("outbox");
  return Promise.race([promisifyRequest(request), new Promise<never>((_, reject) => setTimeout(reject, patience))]);
};

/**
 * Opens a database. A connection that fails is `broken`, and what had been written may be gone with it; it is opened once
 * more, and then `lost`: blocked storage is no error.
 */
export function keeper(name: string, broken: () => void, lost: () => void): Keeper {
  let connections = 0;
  let connection: Promise<IDBDatabase> | undefined;
  const run: Keeper = async (act, asks) => {
    if (!connection && connections++ > 1) {
      lost();
      return undefined;
    }
    connection ??= open(name);
    const mine = connection;
    try {
      const transaction = (await mine).transaction("outbox", "readwrite");
      const request = act(transaction.objectStore("outbox"));
      if (!asks) transaction.commit?.();
      await promisifyRequest(transaction);
      return request ? request.result : undefined;
    } catch {
      if (connection === mine) {
        connection = undefined;
        broken();
      }
      return run(act, asks);
    }
  };
  return run;
}
