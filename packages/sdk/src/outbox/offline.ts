import { type Batch, type Gone, horizon, limits } from "@isotherm/protocol";
import type { Capture } from "../capture.js";
import { newId } from "../new-id.js";
import { buildBatch } from "../queue.js";
import { utf8Length } from "../utf8-length.js";
import { keeper } from "./keeper.js";
import type { Outbox, Waiting } from "./outbox.js";

/** What is kept on the device. */
export interface OfflineOptions {
  /** Bytes of batches; the oldest go first. @default 5242880 */
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

const ahead = 500;
// Tombstones in one envelope: the largest batch has to fit in with them.
const told = 32;
// From here on a tab no longer trusts that an open record is its own, and from there on another one may take it.
const doubt = 10_000;
const abandoned = 15_000;

const graveId = ({ tab, seq }: Gone): string => `gone ${tab} ${seq}`;

/** Keeps batches on the device until a server has them: over reloads, closed tabs, crashes, and days without a network. */
export function offline({ maxBytes = 5_242_880, maxAge = horizon.send }: OfflineOptions = {}): Capture {
  return (_emit, context) => {
    const { beforeFreeze, freeze, guard, identity, open, options } = context;
    const name = `isotherm ${options.key}`;
    const run = keeper(name);
    const before = context.outbox;
    const stored = new Set<string>();
    const written = new Map<string, { readonly body: string; readonly n: number; readonly at: number }>();
    let { pause } = before;
    let gone: readonly Gone[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lot: Row[] | undefined;
    let task: Promise<unknown>;

    const write = async (row: Omit<Row, "written">): Promise<unknown> => {
      // What is written in one task goes into one transaction: of several, a page that ends leaves some undone.
      const rows = lot ?? [];
      // A later page must not take over the mark of what is on its way.
      rows.push({ ...row, leaving: false, written: Date.now() });
      if (!lot) {
        lot = rows;
        task = run((store) => {
          lot = undefined;
          return rows.map((one) => store.put(one, one.id))[0];
        }, true);
      }
      const done = await task;
      lot = undefined;
      if (done && !row.open) stored.add(row.id);
      return done;
    };

    const outbox: Outbox = {
      own: before.own,
      most: Number.POSITIVE_INFINITY,
      get head() {
        return gone[0] ? `"gone":${JSON.stringify(gone.slice(0, told))},` : "";
      },
      get pause() {
        return pause;
      },
      set pause(next) {
        if (next !== pause) write({ id: "pause", body: "", bytes: 0, pause: next });
        pause = next;
      },
      opened() {
        timer ??= setTimeout(writeAhead, ahead);
      },
      put(batch) {
        outbox.own.push(batch);
        written.delete(batch.id);
        write(batch);
      },
      forget(ids, head = "", rejected?) {
        outbox.own = outbox.own.filter((one) => {
          const over = !ids || ids.includes(one.id);
          if (over && rejected) bury(one, "rejected");
          return !over;
        });
        const known = gone.filter((one) => !ids || head.includes(JSON.stringify(one)));
        gone = gone.filter((one) => !known.includes(one));
        run((store) => {
          if (!ids) return store.clear();
          for (const id of [...ids, ...known.map(graveId)]) {
            stored.delete(id);
            store.delete(id);
          }
          return undefined;
        }, true);
      },
      async drain(step) {
        const turn = async (): Promise<void> => {
          do await refresh();
          while (await step());
        };
        // Never held while waiting: Firefox keeps no page with a lock in its back/forward cache.
        await (navigator.locks?.request(name, { ifAvailable: true }, (lock) => lock && turn()).catch(turn) ?? turn());
      },
    };

    const bury = ({ body }: Waiting, reason: Gone["reason"]): void => {
      const { tab, seq, events }: Batch = JSON.parse(body);
      const grave: Gone = { tab, seq, n: events.length, reason };
      gone = [...gone, grave];
      write({ id: graveId(grave), body: "", bytes: 0, gone: grave });
    };

    const writeAhead = guard((): void => {
      timer = undefined;
      let seq = identity.seq;
      for (const batch of open.values()) {
        const body = JSON.stringify({ ...buildBatch(batch, identity), seq: seq++ });
        const { id, events } = batch;
        const bytes = utf8Length(body);
        if (bytes > limits.batchSoftBytes) {
          freeze();
          return;
        }
        const n = events.length;
        if (written.get(id)?.body !== body) {
          const at = Date.now();
          write({ id, body, bytes, open: true }).then((done) => {
            if (done && open.get(batch.view) === batch) written.set(id, { body, n, at });
          });
        }
      }
      // Trails grow without a new event.
      if (open.size) outbox.opened();
    });

    beforeFreeze(() => {
      for (const [view, { id, events }] of open) {
        const record = written.get(id);
        written.delete(id);
        if (!record || Date.now() - record.at < doubt) continue;
        // This tab slept, and another may have sent the record in the meantime: what it holds stays with it.
        identity.seq++;
        const rest = events.slice(record.n);
        if (rest[0]) open.set(view, { id: newId(), view, events: rest });
        else open.delete(view);
      }
    });

    /** What another tab left open is frozen here, and so it is here that `beforeSend` sees it. */
    const adopt = (store: IDBObjectStore, row: Row): void => {
      const { beforeSend = (built) => built } = options;
      let batch: Batch | null = null;
      guard(() => {
        batch = beforeSend(JSON.parse(row.body));
      })();
      const body = JSON.stringify(batch);
      Object.assign(row, { body, bytes: utf8Length(body), open: !batch });
      if (batch) store.put(row, row.id);
      else store.delete(row.id);
    };

    const refresh = async (): Promise<void> => {
      const now = Date.now();
      const known = new Set(stored);
      const rows = await run<Row[]>((store) => {
        const all: IDBRequest<Row[]> = store.getAll();
        // In the same transaction, or its tab might write to a record in between.
        all.onsuccess = () => {
          for (const row of all.result) if (row.open && Math.abs(now - row.written) > abandoned) adopt(store, row);
        };
        return all;
      });
      if (!rows) return;
      for (const row of rows) pause = row.pause ?? pause;
      gone = rows.flatMap((row) => row.gone ?? []);
      // Where no lock keeps the tabs apart, each sends its own, and what has been left behind.
      const frozen = rows.filter(
        (row) => row.body && !row.open && (navigator.locks || stored.has(row.id) || now - row.written > abandoned),
      );
      // What was stored and is no more has been sent by another tab.
      const mine = outbox.own.filter(({ id }) => !known.has(id));
      for (const { id } of frozen) stored.add(id);
      // The own ones know what is on its way.
      const there = new Map(outbox.own.map((one) => [one.id, one]));
      outbox.own = [...new Set([...frozen.map((row) => there.get(row.id) ?? row), ...mine])];
      discard(frozen, now);
    };

    const discard = (frozen: readonly Row[], now: number): void => {
      let bytes = frozen.reduce((sum, one) => sum + one.bytes, 0);
      for (const one of frozen) {
        const old = now - one.written > Math.min(maxAge, horizon.send);
        if (!old && bytes <= maxBytes) continue;
        bytes -= one.bytes;
        bury(one, old ? "age" : "quota");
        outbox.forget([one.id]);
      }
    };

    if (before.erased) outbox.forget();
    for (const batch of before.own) write(batch);
    context.outbox = outbox;
    // Opened only when the page ends, the storage would come too late.
    refresh();
    if (open.size) outbox.opened();
    // By then what a tab left behind that ended just before is known to be abandoned.
    const later = setTimeout(freeze, abandoned + ahead);
    return () => {
      clearTimeout(timer);
      clearTimeout(later);
    };
  };
}
