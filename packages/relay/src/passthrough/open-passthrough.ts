import { forwarder } from "../forward/forwarder.js";
import type { ForwarderParts } from "../forward/forwarder-parts.js";
import { trimmer } from "../forward/trimmer.js";
import { counters } from "../ledger/counters.js";
import { type PassthroughOptions, passthroughName } from "./options.js";
import { type Passthrough, type PassthroughParts, passthrough } from "./passthrough.js";
import { passthroughTarget } from "./passthrough-target.js";
import { presetOf } from "./preset/preset-of.js";

/** What a pass-through shares with the rest of the relay. */
type Shared = Omit<ForwarderParts, "target" | "journal"> & Pick<PassthroughParts, "rate" | "trusted">;

/** Starts a pass-through where its backend's cursor stands. */
export async function openPassthrough(options: PassthroughOptions, shared: Shared): Promise<Passthrough> {
  const { journal, to, concurrency = 8 } = options;
  const name = passthroughName(options);
  const preset = presetOf(options.preset);
  const target = passthroughTarget({ name, to, preset, concurrency });
  const running = await forwarder({ ...shared, target, journal }, trimmer(journal, shared.log));
  const counts = counters(journal);
  return passthrough({ ...shared, name, options, preset, journal, counters: counts, forwarder: running });
}
