import type { BatchJournal } from "@isotherm/journal";

/** Whose tracker a pass-through serves. */
export type PresetName = "posthog" | "plausible" | "umami";

/** A first-party path for a tracker that the site already has. */
export interface PassthroughOptions {
  /** Its name in counters, cursors and health. @default the preset's, else "passthrough" */
  readonly name?: string;
  /** Where it lies on the relay's origin, as `/q7k2m9x4`. */
  readonly path: string;
  /** The backend's address, as `https://eu.i.posthog.com`; what follows the path is appended. */
  readonly to: string;
  /** What is known about the tracker: which requests carry events, what its page expects for an answer, and where the time of an event is written. @default none */
  readonly preset?: PresetName;
  /**
   * Requests that are made durable and answered at once, as `POST /e/`, in any spelling with more slashes or without the
   * last; a `*` at the end stands for any rest. All others are handed on live. @default the preset's
   */
  readonly durable?: readonly string[];
  /**
   * Where durable requests are kept until the backend has them, and nothing else; whoever opened it closes it, after the
   * relay. It need not remember ids (`remember: 0`): no request has that of another.
   */
  readonly journal: BatchJournal;
  /**
   * What happens to visitors who send GPC or DNT: `drop` keeps nothing of them and hands on, without their address, only
   * what the page needs to work, or the signal is left to the backend. @default { gpc: "drop", dnt: "ignore" }
   */
  readonly privacy?: { readonly gpc?: "drop" | "ignore"; readonly dnt?: "drop" | "ignore" };
  /** Page views and custom events go to Isotherm as well, under this public key, through the relay's first target of the type `isotherm`. @default none */
  readonly copy?: { readonly key: string };
  /** Requests in flight at most. @default 8 */
  readonly concurrency?: number;
}

/** The name that a pass-through goes by. */
export const passthroughName = ({ name, preset }: Pick<PassthroughOptions, "name" | "preset">): string =>
  name ?? preset ?? "passthrough";
