import type { FastifyRequest } from "fastify";
import type { AddressReader } from "../intake/client-address.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { Buckets } from "./buckets.js";

/** What keys and secrets are judged with. */
export interface AskingParts {
  readonly registry: RegistryKeeper;
  readonly addresses: AddressReader;
  /** Wrong keys by network. */
  readonly failures: Buckets;
  readonly now: () => number;
}

/** The same, where the operator may ask, too. */
export interface OperatorParts extends AskingParts {
  /** Null where nobody is the operator. */
  readonly adminKey: string | null;
}

/** Where a request comes from, and what its key is looked up in. */
export interface Asker {
  readonly address: string;
  readonly failures: Buckets;
  readonly registry: RegistryKeeper;
  readonly now: () => number;
}

/** Whose request it is, for whoever judges its key. */
export function askerOf(
  { socket, headers }: FastifyRequest,
  { addresses, failures, registry, now }: AskingParts,
): Asker {
  return { address: addresses.client(socket.remoteAddress, headers), failures, registry, now };
}
