import { type Batch, type Gone, horizon, limits } from "@isotherm/protocol";
import type { Capture, OpenBatch } from "../capture.js";
import { hidden } from "../delivery.js";
import { buildBatch, settle } from "../freeze.js";
import { newId } from "../new-id.js";
import { utf8Length } from "../utf8-length.js";
import { keeper } from "./keeper.js";
import type { Outbox, Waiting } from "./outbox.js";

/** What is kept on the device. */
export interface OfflineOptions {
  /** Bytes of batches; the oldest go first. A hidden page may pass it by a tenth. @default 5242880 */
  readonly maxBytes?: number;
  /** Milliseconds that a batch is kept; 14 days at most. @default 1209600000 */
  readonly maxAge?: number;
}

/** A record of the database: a batch, a tombstone, or the pause. */
interface Row extends Waiting {
  /** When it was written last. */
  readonly written: number;
  /** Its tab still adds to it. */
  readonly open?: boolean;
  readonly gone?: Gone;
  readonly pause?: number;
}

type Grave = Waiting & { readonly gone: Gone };

// Tombstones in one envelope: the largest batch has to fit in with them.
const told = 32;
// From here on a tab no longer trusts that an open record is its own, and from there on another one may take it.
const doubt = 10_000;
const abandoned = 15_000;

/** Keeps batches on the device until a server has them: over reloads, closed tabs, crashes, and days without a network. */
export function offline({ maxBytes = 5_242_880, maxAge = horizon.send }: OfflineOptions = {}): Capture {
  return (_emit, context) => {
    const { beforeFreeze, freeze, listen, options } = context;
    const name = `isotherm ${options.key}`;
    let stored = new Set<string>();
    /** Where nothing is known to be stored: a browser that clears the storage, as Safari does, closes the connection. */
    const begin = (): void => {
      stored.clear();
      record = undefined;
      for (const batch of context.waiting) write(batch);
    };
    const run = keeper(name, begin, () => {
      delete context.outbox;
    });
    /** The visitor refused: nothing is written any more, and nothing of before is sent. */
    let over: boolean | undefined;
    let lot: Row[] = [];
    let graves: Grave[] = [];
    let pause = 0;
    let letGo: ((_: unknown) => void) | undefined;
    let task: Promise<unknown>;
    /** Bytes that were put down since the whole was looked at. */
    let added = 0;
    /** How the open batch was written ahead last. */
    let record: { readonly body: string; readonly n: number; readonly seq: number; readonly at: number } | undefined;
    /** Milliseconds since then, by a clock that may have been set meanwhile. */
    const since = (): number => (record ? Math.abs(Date.now() - record.at) : 0);

    /** What is written in one task goes into one transaction: of several, a page that ends leaves some undone. */
    const write = async (row: Omit<Row, "written">): Promise<void> => {
      if (over) return;
      // A later page must not take over the mark of what is on its way.
      lot.push({ written: Date.now(), ...row, leaving: false });
      const mine = lot;
      if (!lot[1])
        task = run((store) => {
          // Asked again where the connection failed, it writes the same again.
          lot = [];
          return mine.map((one) => store.put(one, one.id))[0] as IDBRequest;
        });
      if ((await task) && !row.open) stored.add(row.id);
    };

    /** What takes a batch's place. */
    const tombstone = ({ id, body }: Waiting, reason: string): Grave => {
      const { tab, seq, events }: Batch = JSON.parse(body);
      return { id, body: "", bytes: 0, gone: { tab, seq, n: events.length, reason } };
    };

    const bury = (batch: Waiting, reason: string): void => {
      const grave = tombstone(batch, reason);
      graves.push(grave);
      write(grave);
    };

    const forget: Outbox["forget"] = (batches, told = [], rejected = []) => {
      const done = graves.filter(({ gone }) => told.includes(gone));
      graves = graves.filter(({ gone }) => !told.includes(gone));
      const buried = new Set(rejected.map(({ id }) => id));
      for (const one of batches) if (buried.has(one.id)) bury(one, "rejected");
      run((store) => {
        for (const { id } of [...batches, ...done]) {
          stored.delete(id);
          if (!buried.has(id)) store.delete(id);
        }
        return store.count();
      });
    };

    /** What this tab has written ahead stays with whoever sends it; the rest goes on as another batch. */
    const part = (open: OpenBatch): void => {
      const { identity } = context;
      const events = open.events.slice(record?.n);
      // A batch that came late for an earlier page view may have taken its number.
      if (identity.seq === record?.seq) identity.seq++;
      identity.dropped = record = undefined;
      context.open = events[0] && { ...open, id: newId(), events };
    };

    const ahead = async (): Promise<void> => {
      const { open } = context;
      if (!open) return;
      const { id, events } = open;
      const body = JSON.stringify(buildBatch(context, open));
      const bytes = utf8Length(body);
      const next = { body, n: events.length, seq: context.identity.seq, at: Date.now() };
      if (bytes > limits.batchSoftBytes) {
        freeze();
        return;
      }
      // While nothing happens it is written again all the same, or it would be taken for abandoned.
      if (body === record?.body && since() < doubt / 2) return;
      // A tab that wakes looks first: another may have taken what it had left open.
      const woke = since() >= doubt;
      const row = { id, body, bytes, open: true, written: next.at };
      const found: Row | undefined = await run((store): IDBRequest => {
        if (!woke && context.open === open) return store.put(row, id);
        const look = store.get(id);
        // What was frozen while the storage opened may be written already.
        look.onsuccess = () => context.open === open && (!record || look.result?.open) && store.put(row, id);
        return look;
      }, woke);
      if (context.open !== open || !context.outbox) return;
      if (woke && record && !found?.open) part(open);
      else record = next;
    };

    beforeFreeze(() => {
      const { open } = context;
      // This tab slept, and cannot wait for a look at its record.
      if (open && since() >= doubt) part(open);
      record = undefined;
    });

    /** What another tab left open is frozen here, and so it is here that `beforeSend` sees it. */
    const adopt = (store: IDBObjectStore, row: Row): void => {
      const { refused, ...batch } = settle(context, JSON.parse(row.body));
      Object.assign(row, refused ? tombstone(row, refused) : batch, { open: false });
      store.put(row, row.id);
    };

    const refresh = async (): Promise<void> => {
      const now = Date.now();
      const known = stored;
      stored = new Set();
      added = 0;
      const quiet = ({ written }: Row): boolean => Math.abs(now - written) > abandoned;
      const left = (row: Row): boolean | undefined => row.open && quiet(row);
      const read = (adopts?: boolean): Promise<Row[] | undefined> =>
        run((store) => {
          const all: IDBRequest<Row[]> = store.getAll();
          // In the same transaction, or its tab might write to a record in between.
          if (adopts) all.onsuccess = () => all.result.filter(left).map((row) => adopt(store, row));
          return all;
        }, adopts);
      let rows = await read();
      if (rows?.some(left)) rows = await read(true);
      if (!rows || over) return;
      for (const row of rows) {
        if (row.pause !== undefined) context.pause = pause = row.pause;
      }
      graves = rows.filter((row): row is Row & Grave => !!row.gone);
      let bytes = 0;
      const frozen = rows
        // Where no lock keeps the tabs apart, each sends its own, and what has been left behind.
        .filter(
          (row) => row.body && !row.open && (navigator.locks || known.has(row.id) || stored.has(row.id) || quiet(row)),
        )
        // The newest first: the oldest are too much.
        .reverse()
        .filter((row) => {
          stored.add(row.id);
          bytes += row.bytes;
          const reason = now - row.written > Math.min(maxAge, horizon.send) ? "age" : bytes > maxBytes && "quota";
          if (reason) bury(row, reason);
          return !reason;
        })
        .reverse();
      // What was stored and is no more has been sent by another tab.
      const mine = context.waiting.filter(({ id }) => !known.has(id));
      // The own ones know what is on its way.
      const there = new Map(context.waiting.map((one) => [one.id, one]));
      context.waiting = [...new Set([...frozen.map((row) => there.get(row.id) ?? row), ...mine])];
    };

    const turn = async (send: () => Promise<void>): Promise<void> => {
      await refresh();
      await send();
      if (pause !== context.pause) {
        pause = context.pause;
        write({ id: "pause", body: "", bytes: 0, pause });
      }
    };

    context.outbox = {
      get gone() {
        return graves[0] && graves.slice(0, told).map(({ gone }) => gone);
      },
      ahead,
      put(batch) {
        write(batch);
        // A hidden page drains nothing, and has to stay within its bound as well.
        added += batch.bytes;
        if (added > maxBytes / 10) refresh();
      },
      forget,
      async drain(send) {
        const all = (): Promise<void> => turn(send);
        // Not held while the page is hidden: Firefox keeps no page with a lock in its back/forward cache, and Chromium none that is given one there.
        if (hidden() || !navigator.locks) await all();
        else
          await navigator.locks
            .request(
              name,
              { ifAvailable: true },
              (lock) =>
                lock &&
                Promise.race([
                  all(),
                  new Promise((resolve) => {
                    letGo = resolve;
                  }),
                ]),
            )
            .catch(all);
      },
    };
    for (const type of ["pagehide", "visibilitychange"]) listen(window, type, () => letGo?.(0));
    begin();
    // Opened only when the page ends, the storage would come too late.
    refresh();
    // By then what a tab left behind that ended just before is known to be abandoned.
    const later = setTimeout(freeze, abandoned + 500);
    return (erase) => {
      clearTimeout(later);
      if (!erase) return;
      over = true;
      delete context.outbox;
      run((store) => store.clear());
    };
  };
}
