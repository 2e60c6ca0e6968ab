import { type Batch, type Gone, horizon, limits } from "@isotherm/protocol";
import type { Capture, OpenBatch } from "../capture.js";
import { buildBatch, settle } from "../freeze.js";
import { newId } from "../new-id.js";
import { utf8Length } from "../utf8-length.js";
import { keeper } from "./keeper.js";
import type { Waiting } from "./outbox.js";

/** What is kept on the device. */
export interface OfflineOptions {
  /** Bytes of batches; the oldest go first. A hidden page may pass it by a tenth. @default 5242880 */
  readonly maxBytes?: number;
  /** Milliseconds that a batch is kept; 14 days at most. @default 1209600000 */
  readonly maxAge?: number;
}

/** A record of the database: a batch, a tombstone, or the pause. */
interface Row extends Partial<Waiting> {
  readonly id: string;
  /** When it was written last. */
  readonly written: number;
  /** Its tab still adds to it. */
  readonly open?: boolean;
  readonly gone?: Gone;
  readonly pause?: number;
}

// Tombstones in one envelope: the largest batch has to fit in with them.
const told = 32;
// From here on a tab no longer trusts that an open record is its own, and from there on another one may take it.
const doubt = 10_000;
const abandoned = 15_000;
// Firefox gives the lock to a page that asked for it as it went into the back/forward cache, never tells it, and takes it
// back from no such page (153 ESR: in one of five returns, with a request on its way at all times). So a page sends without
// each time that it has been refused so often, which takes it half a minute where it always is.
const patience = 30;

/** Keeps batches on the device until a server has them: over reloads, closed tabs, crashes, and days without a network. */
export function offline({ maxBytes = 5_242_880, maxAge = horizon.send }: OfflineOptions = {}): Capture {
  return (_emit, context) => {
    const { beforeFreeze, freeze, listen } = context;
    const { locks } = navigator;
    const name = `isotherm ${context.options.key}`;
    /** Ids of frozen batches that are, or were, on the device. */
    const stored = new Set<string>();
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
    let graves: Row[] = [];
    let pause = 0;
    /** How often another page had the lock. */
    let turnedAway = 0;
    let letGo: (() => void) | undefined;
    let task: Promise<unknown>;
    let later: ReturnType<typeof setTimeout> | undefined;
    /** Bytes that were put down since the whole was looked at. */
    let added = 0;
    /** How the open batch was written ahead last. */
    let record: { readonly body: string; readonly n: number; readonly seq: number; readonly at: number } | undefined;
    /** Milliseconds since then, by a clock that may have been set meanwhile; no number where it was not. */
    const since = (): number => Math.abs(Date.now() - (record?.at as number));

    /** What is written in one task goes into one transaction: of several, a page that ends leaves some undone. */
    const write = async (row: Omit<Row, "written">): Promise<void> => {
      if (over) return;
      lot.push({ written: Date.now(), ...row });
      const mine = lot;
      if (!lot[1])
        task = run((store) => {
          // Asked again where the connection failed, it writes the same again.
          lot = [];
          return mine.map((one) => store.put(one, one.id))[0];
        });
      if ((await task) && !row.open) stored.add(row.id);
    };

    /** What takes a batch's place. */
    const tombstone = (id: string, body: string, reason: string): Row => {
      const { tab, seq, events }: Batch = JSON.parse(body);
      return { id, gone: { tab, seq, n: events.length, reason }, written: Date.now() };
    };

    const bury = ({ id, body }: Waiting, reason: string): void => {
      const grave = tombstone(id, body, reason);
      graves.push(grave);
      write(grave);
    };

    /**
     * A tab that slept leaves what it had written ahead to whoever sends it, itself included: another one may have done
     * so already. The rest goes on as another batch.
     */
    const part = (open: OpenBatch): void => {
      const { identity } = context;
      const events = open.events.slice(record?.n);
      // A batch that came late for an earlier page view may have taken its number.
      if (identity.seq === record?.seq) identity.seq++;
      identity.dropped = record = undefined;
      context.open = events[0] && { ...open, id: newId(), events };
      lookLater();
    };

    beforeFreeze(() => {
      const { open } = context;
      if (open && since() >= doubt) part(open);
      record = undefined;
    });

    /**
     * By then what a tab left behind that ended, fell asleep, or gave way to this one, is known to be abandoned. A hidden
     * page runs no timer, and lets others send.
     */
    const lookLater = (): void => {
      clearTimeout(later);
      if (document.hidden) letGo?.();
      else later = setTimeout(freeze, abandoned + 500);
    };

    const refresh = async (adopts?: boolean): Promise<void> => {
      const now = Date.now();
      const known = new Set(stored);
      added = 0;
      const quiet = ({ written }: Row): boolean => Math.abs(now - written) > abandoned;
      const left = (row: Row): boolean | undefined => row.open && quiet(row);
      const rows = await run((store) => {
        const all: IDBRequest<Row[]> = store.getAll();
        // In the same transaction, or its tab might write to a record in between.
        if (adopts)
          all.onsuccess = () => {
            for (const row of all.result.filter(left)) {
              const { id, body = "" } = row;
              // What another tab left open is frozen here, and so it is here that `beforeSend` sees it.
              const { refused, ...batch } = settle(context, JSON.parse(body));
              Object.assign(row, refused ? tombstone(id, body, refused) : batch, { open: false });
              store.put(row, id);
            }
          };
        return all;
      }, adopts);
      if (!adopts && rows?.some(left)) return refresh(true);
      if (!rows || over) return;
      context.pause = pause = Math.max(...rows.map((row) => row.pause ?? 0));
      graves = rows.filter(({ gone }) => gone);
      let bytes = 0;
      const frozen = (rows as (Row & Waiting)[])
        // Where no lock keeps the tabs apart, each sends its own, and what has been left behind.
        .filter(
          (row) => row.body && !row.open && (locks || quiet(row) || context.waiting.some(({ id }) => id === row.id)),
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
      const next = new Map(frozen.map((row) => [row.id, row as Waiting]));
      // What was stored and is no more has been sent by another tab. The own ones know what is on its way.
      for (const one of context.waiting) if (next.has(one.id) || !known.has(one.id)) next.set(one.id, one);
      context.waiting = [...next.values()];
    };

    context.outbox = {
      get gone() {
        return graves[0] && graves.slice(0, told).map(({ gone }) => gone as Gone);
      },
      async ahead() {
        const { open } = context;
        if (!open) return;
        const { id, events } = open;
        const body = JSON.stringify(buildBatch(context, open));
        const bytes = utf8Length(body);
        const next = { body, n: events.length, seq: context.identity.seq, at: Date.now() };
        if (bytes > limits.batchSoftBytes) freeze();
        else if (since() >= doubt) part(open);
        // While nothing happens it is written again all the same, or it would be taken for abandoned.
        else if (body !== record?.body || since() >= doubt / 2) {
          await run(
            // What was frozen while the storage opened may be written already.
            (store) => context.open === open && store.put({ id, body, bytes, open: true, written: next.at }, id),
          );
          if (context.open === open) record = next;
        }
      },
      put(batch) {
        write(batch);
        // A hidden page drains nothing, and has to stay within its bound as well.
        added += batch.bytes;
        if (added > maxBytes / 10) refresh();
      },
      forget(batches, told = [], rejected = []) {
        const done = [...batches, ...graves.filter(({ gone }) => told.includes(gone as Gone))];
        graves = graves.filter((one) => !done.includes(one as never));
        run((store) => {
          for (const { id } of done) {
            stored.delete(id);
            store.delete(id);
          }
        });
        for (const one of batches) if (rejected.some(({ id }) => id === one.id)) bury(one, "rejected");
      },
      drain(send) {
        const all = async (): Promise<void> => {
          await refresh();
          await send();
          if (pause !== context.pause) {
            pause = context.pause;
            write({ id: "pause", pause });
          }
        };
        // Not held while the page is hidden: Firefox keeps no page with a lock in its back/forward cache, and Chromium none that is given one there.
        return locks && !document.hidden
          ? locks
              .request(
                name,
                { ifAvailable: true },
                (lock) =>
                  // Sent by two pages, a batch counts once all the same.
                  (lock || ++turnedAway % patience < 1) &&
                  Promise.race([
                    all(),
                    new Promise<void>((resolve) => {
                      letGo = resolve;
                    }),
                  ]),
              )
              .catch(all)
          : all();
      },
    };
    // It also fires, after `pagehide`, when a page is left: https://html.spec.whatwg.org/multipage/document-lifecycle.html#unloading-documents
    listen(window, "visibilitychange", lookLater);
    begin();
    lookLater();
    // Opened only when the page ends, the storage would come too late.
    refresh();
    return (erase) => {
      clearTimeout(later);
      if (!erase) return;
      over = true;
      delete context.outbox;
      run((store) => store.clear());
    };
  };
}
