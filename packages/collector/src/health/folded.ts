import { withDeadline } from "../registry/deadline.js";
import type { FoldedValues, Store } from "../store/store.js";

const patience = 1_000;

/** What the store's days keep under `(other)`; null where it cannot say so soon. */
export async function foldedOf(store: Pick<Store, "folded">): Promise<readonly FoldedValues[] | null> {
  try {
    return await withDeadline(patience, store.folded());
  } catch {
    return null;
  }
}
