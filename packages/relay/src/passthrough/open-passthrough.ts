import type { Keeper } from "../briefing/keeper.js";
import { type Forwarder, forwarder } from "../forward/forwarder.js";
import type { ForwarderParts } from "../forward/forwarder-parts.js";
import { trimmer } from "../forward/trimmer.js";
import { counters } from "../ledger/counters.js";
import { type CollectorTargetOptions, isotherm } from "../target/isotherm.js";
import type { Target } from "../target/target.js";
import { copier } from "./copy/copier.js";
import { copyTarget } from "./copy/copy-target.js";
import { type PassthroughOptions, passthroughName } from "./options.js";
import { type Passthrough, type PassthroughParts, passthrough } from "./passthrough.js";
import { passthroughTarget } from "./passthrough-target.js";
import { presetOf } from "./preset/preset-of.js";

/** What a pass-through shares with the rest of the relay. */
interface Shared extends Omit<ForwarderParts, "target" | "journal">, Pick<PassthroughParts, "rate" | "trust"> {
  readonly keeper: Keeper;
  /** The relay's name. */
  readonly relay: string;
  /** Where copies go. */
  readonly collector: CollectorTargetOptions | undefined;
}

/** Starts a pass-through where the cursors of its backend and of its copies stand. */
export async function openPassthrough(options: PassthroughOptions, shared: Shared): Promise<Passthrough> {
  const { journal, to, copy, concurrency = 8 } = options;
  const { collector, keeper, relay } = shared;
  const name = passthroughName(options);
  const preset = presetOf(options.preset);
  const trim = trimmer(journal, shared.log);
  const start = (target: Target): Promise<Forwarder> => forwarder({ ...shared, target, journal }, trim);
  const running = await start(passthroughTarget({ name, to, preset, concurrency }));
  const copying = copy &&
    collector && {
      copy: copier({ key: copy.key, keeper, preset, sdk: name, relay }),
      forwarder: await start(copyTarget(isotherm(collector), { name: `${name}-copy`, key: copy.key })),
    };
  const parts = { ...shared, name, options, preset, journal, counters: counters(journal), forwarder: running, copying };
  return passthrough(parts);
}
