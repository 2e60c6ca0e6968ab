import { type Batch, uuidv7 } from "@isotherm/protocol";
import { batchOf, fixtures } from "@isotherm/protocol/fixtures";
import { sender } from "../kit/sender.js";
import type { System } from "../kit/system.js";

let tabs = 0;

/** Sends `count` batches of one tab, some in one request and some alone, each with `filler` bytes more than it needs; resolves to them once all are acknowledged. */
export async function deliver(system: System, count: number, filler = 0): Promise<readonly Batch[]> {
  const { send } = sender(`${system.relay}${system.intake}`, system.publicKey, "Mozilla/5.0 Chrome/150.0.0.0");
  tabs += 1;
  const tab = `damage-${tabs}`;
  const batches = Array.from({ length: count }, (_, seq) => filled(tab, seq, system.relay, filler));
  // By turns one batch and three: records of one append stand and fall together in other ways than single ones.
  for (let at = 0, size = 1; at < count; at += size, size = 4 - size) await send(batches.slice(at, at + size));
  return batches;
}

/** A batch with a press and, of `filler` bytes, custom events; a tab's first has the page view. */
export function filled(tab: string, seq: number, origin: string, filler: number): Batch {
  const page = { ...batchOf({}).page, id: `page-${tab}`, url: `${origin}/shop` };
  const custom = (bytes: number) =>
    ({ type: "custom", t: 1, name: "filler", props: { text: "x".repeat(bytes) } }) as const;
  const press = { ...fixtures.click, n: seq };
  const pieces = Array.from({ length: Math.ceil(filler / 20_000) }, (_, n) => Math.min(20_000, filler - n * 20_000));
  return batchOf({
    id: uuidv7(),
    tab,
    seq,
    at: Date.now(),
    page,
    events: [...(seq === 0 ? [{ type: "page", t: 0 } as const] : []), press, custom(1), ...pieces.map(custom)],
  });
}
