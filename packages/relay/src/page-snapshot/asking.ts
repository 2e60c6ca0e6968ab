import type { CollectorTargetOptions } from "../target/isotherm.js";
import type { Target } from "../target/target.js";
import { type TargetOptions, targetOf } from "../target/target-of.js";
import type { Transport } from "../transport/transport.js";
import { type HandOver, handOver } from "./hand-over.js";
import { hearing } from "./hearing.js";
import { type Wants, wants } from "./wants.js";

/** A relay's targets, and what it takes to ask visitors for what the collector among them wants. */
export interface Asking {
  readonly spoken: readonly Target[];
  readonly wants: Wants;
  /** Undefined where no target is a collector. */
  readonly handOver: HandOver | undefined;
}

export function asking(
  targets: readonly TargetOptions[],
  collector: CollectorTargetOptions | undefined,
  means: { readonly transport: Transport; readonly now: () => number },
): Asking {
  const wanted = wants(means.now);
  return {
    spoken: targets.map((target) => (target === collector ? hearing(targetOf(target), wanted) : targetOf(target))),
    wants: wanted,
    handOver: collector && handOver(collector, means),
  };
}
