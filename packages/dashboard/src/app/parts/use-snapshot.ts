import type { HeatmapAnswer, SnapshotAnswer } from "@isotherm/protocol";
import { localDay } from "../format/day.js";
import type { Model } from "../state/model.js";
import { say } from "../words/say.js";

/** What lies behind a heatmap. */
export interface BehindHeat {
  /** Null where there is none, or none yet. */
  readonly picture: SnapshotAnswer | null;
  /** In words; empty where none was asked for. */
  readonly note: string;
}

/** The snapshot of this very page and width, once it is here. */
export function useSnapshot(model: Model, { page, bucket, period }: HeatmapAnswer): BehindHeat {
  if (model.address.view.value.background !== "snapshot") return { picture: null, note: "" };
  if (bucket === null) return { picture: null, note: say.snapshotWidth };
  const known = model.snapshots.answer.value;
  const newest = known?.snapshots[0];
  // While another page or width is asked for, the answer is still that of the one before.
  if (known === undefined || model.snapshots.behind.value) return { picture: null, note: "" };
  if (newest === undefined) return { picture: null, note: `${say.snapshotNone} ${say.snapshotNoneHint}` };
  if (newest.page !== page || newest.bucket !== bucket) return { picture: null, note: "" };
  const answer = model.snapshot.answer.value;
  const picture = answer?.snapshot.ref === newest.ref ? answer : null;
  return { picture, note: say.snapshotFrom(localDay(newest.at, period.timeZone), newest.dw, newest.dh) };
}
