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
    connection ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore("outbox");
      request.onsuccess = () => resolve(request.result);
      request.onerror = reject;
      setTimeout(reject, patience);
    });
    const mine = connection;
    try {
      const database = await mine;
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction("outbox", "readwrite");
        const request = act(transaction.objectStore("outbox"));
        if (!asks) transaction.commit?.();
        transaction.oncomplete = () => resolve(request ? request.result : undefined);
        transaction.onabort = reject;
      });
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
