import type { BatchJournal } from "@isotherm/journal";
import type { Hints, Rejection } from "@isotherm/protocol";
import type { Buckets } from "../auth/buckets.js";
import type { Tokens } from "../auth/tokens.js";
import type { SaltKeeper } from "../briefing/salt-keeper.js";
import type { Meters } from "../metrics/meters.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { SnapshotKeeper } from "../snapshot/snapshot-keeper.js";
import type { AddressReader } from "./client-address.js";
import type { HeatCounters } from "./foreign/heat-counters.js";
import type { Room } from "./room.js";

/** What intake works with. */
export interface IntakeParts {
  readonly journal: BatchJournal;
  /** Where bodies are while their requests are under way. */
  readonly room: Room;
  readonly registry: RegistryKeeper;
  readonly salts: SaltKeeper;
  readonly addresses: AddressReader;
  /** Requests by address, events by public key, and failed proofs by address. */
  readonly requests: Buckets;
  readonly events: Buckets;
  readonly failures: Buckets;
  readonly tokens: Tokens;
  readonly meters: Meters;
  readonly snapshots: SnapshotKeeper;
  readonly heat: HeatCounters;
  readonly countryHeader: string | undefined;
  readonly regionHeader: string | undefined;
  readonly cityHeader: string | undefined;
  readonly now: () => number;
  /** Whether the collector is being closed. */
  readonly closing: () => boolean;
}

/** What became of the batches of one request. */
export interface Taken {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
  /** What would be welcome beside them. */
  readonly hints?: Hints;
}
