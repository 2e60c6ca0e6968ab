import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireAdmin } from "../auth/admin-key.js";
import type { Buckets } from "../auth/buckets.js";
import { type Reader, readerOrAdmin } from "../auth/read-key.js";
import type { Asker } from "../auth/secret-key.js";
import { CollectorError } from "../collector-error.js";
import type { AddressReader } from "../intake/client-address.js";
import { bytesOf } from "../intake/foreign/scope.js";
import type { Room } from "../intake/room.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { KeyScope } from "../store/people.js";
import type { Registry, Site } from "../store/sites.js";
import type { Store } from "../store/store.js";
import { readOrder, type ShapeOf } from "./read-order.js";

/** What organisations, sites and keys are changed with. */
export interface TenancyParts {
  readonly store: Pick<Store, "putKey" | "putMember" | "putOrganisation" | "putSite" | "note">;
  readonly registry: RegistryKeeper;
  readonly addresses: AddressReader;
  readonly failures: Buckets;
  readonly adminKey: string | null;
  /** Where bodies are while their requests are under way. */
  readonly room: Room;
  readonly now: () => number;
}

/** Where a request comes from, for whoever judges its key. */
export function askerOf(
  request: FastifyRequest,
  { addresses, failures, registry, now }: Pick<TenancyParts, "addresses" | "failures" | "registry" | "now">,
): Asker {
  return { address: addresses.client(request.socket.remoteAddress, request.headers), failures, registry, now };
}

/** The operator and nobody else. */
export function operatorOnly(request: FastifyRequest, parts: TenancyParts): void {
  requireAdmin(request.headers["x-admin-key"], parts.adminKey, askerOf(request, parts));
}

/** Who may do this with a site: a key with the scope, or the operator. */
export async function ofSite(
  request: FastifyRequest<{ Params: { id: string } }>,
  scope: KeyScope,
  parts: Pick<TenancyParts, "addresses" | "failures" | "registry" | "adminKey" | "now">,
): Promise<{ readonly reader: Reader; readonly site: Site }> {
  const reader = await readerOrAdmin(request.headers, parts.adminKey, askerOf(request, parts));
  const site = reader.require(request.params.id);
  reader.may(scope);
  return { reader, site };
}

/** Who may do this with an organisation as a whole: a member with the scope, or the operator. To others it is not there. */
export async function ofOrganisation(
  request: FastifyRequest<{ Params: { id: string } }>,
  scope: KeyScope,
  parts: TenancyParts,
): Promise<{ readonly reader: Reader; readonly organisation: string }> {
  const reader = await readerOrAdmin(request.headers, parts.adminKey, askerOf(request, parts));
  const { id } = request.params;
  const { organisations = [] } = await newest(parts);
  if (!reader.rules(id, scope) || !organisations.some((one) => one.id === id))
    throw new CollectorError("not_found", "this key sees to no organisation of this id");
  return { reader, organisation: id };
}

/** Sites and keys as the store has them now: what was changed a moment ago is not forgotten by the next change. */
export async function newest({ registry }: Pick<TenancyParts, "registry">): Promise<Registry> {
  await registry.renew();
  if (!registry.fresh())
    throw new CollectorError("unavailable", "the store is away, and nothing can be changed without it", {
      retryAfter: 5,
    });
  return registry.known().registry;
}

/** The fields of a request's body. */
export function orderOf<T extends object>(request: FastifyRequest, shape: ShapeOf<T>): T {
  return readOrder(bytesOf(request), shape);
}

/** Registers routes whose bodies are read as they are, apart from others'. */
export type TenancyRoutes = (app: FastifyInstance, parts: TenancyParts) => void;
