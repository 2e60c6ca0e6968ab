import type { Briefing } from "@isotherm/protocol";

/** Keeps the last briefing, so that a relay that starts while its collector is away works on. */
export interface Snapshot {
  /** The last one saved; undefined when there is none that can be read. */
  load(): Promise<Briefing | undefined>;
  /** Replaces it as a whole: whoever reads sees the old one or the new one. */
  save(briefing: Briefing): Promise<void>;
}
