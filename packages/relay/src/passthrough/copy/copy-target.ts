import type { Entry, Item, Target, TargetRequest } from "../../target/target.js";
import { decodeRequest } from "../raw-request.js";

/** A copied batch on its way to a collector. */
interface CopyEntry extends Entry {
  /** The batch as if it had a record of its own. */
  readonly own: Entry;
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** A collector as the target of what a pass-through's requests hold for it: the batches that lie beside them. */
export function copyTarget(
  collector: Target,
  options: { readonly name: string; readonly key: string },
): Target<CopyEntry> {
  const { name, key } = options;
  const inner = new WeakMap<TargetRequest<CopyEntry>, TargetRequest>();
  const innerOf = (request: TargetRequest<CopyEntry>): TargetRequest => inner.get(request) ?? request;

  const entryOf = (item: Item, batch: { readonly id: string }): CopyEntry => {
    const { position, site, receivedAt } = item;
    const bytes = encoder.encode(JSON.stringify(batch));
    return {
      item,
      own: { item: { kind: "batch", id: batch.id, position, key, site, receivedAt, batch: bytes, gone: nothing } },
    };
  };

  return {
    ...collector,
    name,
    needsAddress: false,
    entries: (item) => (decodeRequest(item.batch).copy ?? []).map((batch) => entryOf(item, batch)),
    encode(entries) {
      const outer = new Map(entries.map((entry) => [entry.own, entry]));
      return collector.encode([...outer.keys()]).map((request) => {
        const own = request.entries.flatMap((entry) => outer.get(entry) ?? []);
        const wrapped = { ...request, entries: own };
        inner.set(wrapped, request);
        return wrapped;
      });
    },
    stamp: (request, now) => collector.stamp(innerOf(request), now),
    classify(response, request) {
      const verdict = collector.classify(response, innerOf(request));
      if (verdict.kind !== "partial") return verdict;
      const refused = verdict.refused.flatMap(({ entry, ...why }) => {
        const own = request.entries.find((one) => one.own === entry);
        return own === undefined ? [] : [{ ...why, entry: own }];
      });
      return { ...verdict, refused };
    },
  };
}
