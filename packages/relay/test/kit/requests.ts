import type { EventType, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import type { EventSelection } from "../../src/target/events/selection.js";
import type { Entry, Item, Target, TargetRequest } from "../../src/target/target.js";

/** Every type of event, an example of each, and the selection that lets all of them through. */
export const everyType = Object.keys(fixtures) as readonly EventType[];
export const examples = Object.values(fixtures);
export const selectAll: EventSelection = { types: everyType };

/** A batch of an identified visitor with an event of every type in it, the id of which ends in 0000. */
export const everything = (overrides: Partial<SealedBatch> = {}): SealedBatch =>
  sealedBatchOf({
    id: "0193a5b0-7c00-7abc-8def-012345670000",
    visitor: "0193a5b0-0000-7000-8000-00000000000a",
    user: "u-1",
    session: "0193a5b0-7800-7000-8000-00000000000b",
    edge: edgeOf({ at: fixtureTime + 10_000 }),
    events: examples,
    ...overrides,
  });

/** A record of a batch as a forwarder hands it to a target. */
export const itemOf = (batch: SealedBatch, address?: string): Item => ({
  id: batch.id,
  position: 1,
  kind: "batch",
  key: "pk_a",
  site: "shop",
  receivedAt: batch.edge.at,
  batch: new TextEncoder().encode(JSON.stringify(batch)),
  gone: new Uint8Array(0),
  ...(address !== undefined && { address }),
});

/** The requests that a target makes of batches, without what it refuses by itself. */
export function requestsOf<E extends Entry>(
  target: Target<E>,
  batches: readonly SealedBatch[],
  address?: string,
): readonly TargetRequest<E>[] {
  const entries = batches.flatMap((batch) => target.entries(itemOf(batch, address)));
  return target.encode(entries.filter(({ refusal }) => refusal === undefined));
}

/** The body of a request as JSON. */
export const jsonOf = <T = unknown>(request: { readonly body: Uint8Array } | undefined): T =>
  JSON.parse(new TextDecoder().decode(request?.body)) as T;
