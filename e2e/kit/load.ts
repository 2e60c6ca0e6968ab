import { type Batch, uuidv7 } from "@isotherm/protocol";
import { batchOf } from "@isotherm/protocol/fixtures";
import { sender } from "./sender.js";
import { until } from "./until.js";

/** Visitors that send batch after batch, and keep each until it was acknowledged. */
export interface Load {
  /** What was acknowledged so far: the test's own count, by no server's word. */
  readonly acknowledged: readonly Batch[];
  /** Resolves once `more` further batches were acknowledged; rejects when that takes more than 20 seconds. */
  goesOn(more: number): Promise<void>;
  /** Lets every visitor send a last batch, and resolves once all was acknowledged. */
  finish(): Promise<void>;
}

/** Where a load goes and what it is made of. */
export interface LoadOptions {
  /** Where batches are posted. */
  readonly url: string;
  readonly key: string;
  /** Where the pages lie that visitors are on. */
  readonly origin: string;
  /** @default 4 */
  readonly visitors?: number;
  /** The number of the first visitor. @default 0 */
  readonly from?: number;
  /** Milliseconds that a visitor lets pass between two batches. @default 0 */
  readonly pause?: number;
  /** The batch of a visitor's tab with this number. @default a page view first, then a press and a custom event each */
  readonly batch?: (visitor: number, seq: number) => Batch;
}

/** The browser of a visitor, by which it is told apart. */
export function agentOf(visitor: number): string {
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${150 + visitor}.0.0.0 Safari/537.36`;
}

/** Starts a load; each visitor is told apart by its browser's version. */
export function load(options: LoadOptions): Load {
  const { url, key, origin, visitors = 4, from = 0, pause = 0, batch = visit(origin) } = options;
  const acknowledged: Batch[] = [];
  let enough = false;
  const run = async (visitor: number): Promise<void> => {
    const { send } = sender(url, key, agentOf(visitor), origin);
    for (let seq = 0, last = false; !last; seq++) {
      last = enough;
      const made = { ...batch(visitor, seq), ...(last ? { last } : {}) };
      await send([made]);
      acknowledged.push(made);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  const running = Promise.all(Array.from({ length: visitors }, (_, visitor) => run(from + visitor)));
  // Whoever awaits `finish` hears of it; until then it is not unhandled.
  running.catch(() => undefined);
  return {
    acknowledged,
    async goesOn(more) {
      const before = acknowledged.length;
      const enoughMore = until(`${more} more batches to be acknowledged`, async () =>
        acknowledged.length >= before + more ? true : null,
      );
      await Promise.race([enoughMore, running.then(() => enoughMore)]);
    },
    async finish() {
      enough = true;
      await running;
    },
  };
}

function visit(origin: string): (visitor: number, seq: number) => Batch {
  return (visitor, seq) => {
    const page = { ...batchOf({}).page, id: `page-${visitor}`, url: `${origin}/shop`, vw: 1280, dw: 1280, dh: 3600 };
    const press = {
      type: "click",
      t: 1,
      n: seq,
      x: 100,
      y: 160,
      el: "#buy button:buy",
      ex: 16_384,
      ey: 16_384,
    } as const;
    const custom = { type: "custom", t: 2, name: `step ${seq % 2}` } as const;
    return batchOf({
      id: uuidv7(),
      tab: `tab-${visitor}`,
      seq,
      at: Date.now(),
      page,
      events: seq === 0 ? [{ type: "page", t: 0 }, press, custom] : [press, custom],
    });
  };
}
