import type { SealedBatch } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import type { EventSelection } from "../../src/target/events/selection.js";
import type { Item, Target, TargetRequest } from "../../src/target/target.js";
import type { BackendResponse } from "../../src/transport/transport.js";

/** An example of every event type, and the selection that lets all of them through. */
export const everything = Object.values(fixtures);
export const everyType: EventSelection = { types: everything.map(({ type }) => type) };

/** A batch as the journal gives it to a target. */
export const itemOf = (batch: SealedBatch, position = 1, address?: string): Item => ({
  id: batch.id,
  position,
  kind: "batch",
  key: "pk_a",
  site: "shop",
  receivedAt: batch.edge.at,
  batch: new TextEncoder().encode(JSON.stringify(batch)),
  gone: new Uint8Array(0),
  ...(address !== undefined && { address }),
});

/** The requests that a target makes of batches. */
export const requestsOf = (
  target: Target,
  batches: readonly SealedBatch[],
  address?: string,
): readonly TargetRequest[] =>
  target.encode(batches.flatMap((batch, index) => target.entries(itemOf(batch, index + 1, address))));

/** A request's body as JSON. */
export const jsonOf = (request: TargetRequest | undefined): unknown =>
  JSON.parse(new TextDecoder().decode(request?.body));

/** An answer of a backend: a text as it is, anything else as JSON. */
export const answer = (
  status: number,
  body: unknown = "",
  headers: { readonly [name: string]: string } = {},
): BackendResponse => ({
  status,
  header: (name) => headers[name],
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});
