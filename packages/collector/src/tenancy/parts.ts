import type { FastifyInstance, FastifyRequest } from "fastify";
import type { OperatorParts } from "../auth/asker.js";
import { type Reader, readerOrOperator } from "../auth/read-key.js";
import { CollectorError } from "../collector-error.js";
import { bytesOf } from "../intake/foreign/scope.js";
import type { Room } from "../intake/room.js";
import { takeBodies } from "../intake/take-bodies.js";
import type { KeyScope } from "../store/people.js";
import type { Registry } from "../store/sites.js";
import type { Store } from "../store/store.js";
import { readOrder, type ShapeOf } from "./read-order.js";

/** What organisations, sites and keys are changed with. */
export interface TenancyParts extends OperatorParts {
  readonly store: Pick<Store, "putKey" | "rotateKey" | "putMember" | "addOrganisation" | "addSite">;
  /** Where bodies are while their requests are under way. */
  readonly room: Room;
}

/** Registers routes in a scope of their own. */
export type TenancyRoutes = (app: FastifyInstance, parts: TenancyParts) => void;

/** Routes whose bodies are read as they are, and whose answers are kept by nobody on the way: keys are in them. */
export function tenancyRoutes(routes: TenancyRoutes): TenancyRoutes {
  return (app, parts) => {
    takeBodies(app, parts);
    app.addHook("onSend", async (_request, reply) => {
      reply.header("cache-control", "no-store");
    });
    routes(app, parts);
  };
}

type Security = readonly { readonly [scheme: string]: readonly string[] }[];

/** Who may use a route, as the OpenAPI document names it. */
export const operatorAlone: Security = [{ adminKey: [] }];
export const operatorOrKey: Security = [{ adminKey: [] }, { readKey: [] }];

/** Who may do this with an organisation as a whole: a member with the scope, or the operator. To others it is not there. */
export async function ofOrganisation(
  request: FastifyRequest<{ Params: { id: string } }>,
  scope: KeyScope,
  parts: TenancyParts,
): Promise<{ readonly reader: Reader; readonly organisation: string }> {
  const reader = await readerNow(request, parts);
  const { id } = request.params;
  const { organisations = [] } = parts.registry.known().registry;
  if (!reader.rules(id, scope) || !organisations.some((one) => one.id === id))
    throw new CollectorError("not_found", "this key sees to no organisation of this id");
  return { reader, organisation: id };
}

/**
 * Who asks, by what the store says now: another collector may have removed them a moment ago. Whoever is nobody by what is
 * known is refused before, so that wrong keys do not have the store asked.
 */
export async function readerNow(request: FastifyRequest, parts: TenancyParts): Promise<Reader> {
  await readerOrOperator(request, parts);
  await newest(parts);
  return readerOrOperator(request, parts);
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
