import type { SealedBatch } from "@isotherm/protocol";
import { fieldInputs } from "../derive/field-inputs.js";
import { propertiesOf } from "../derive/properties.js";
import type { Connection } from "./connection.js";
import { insertRows } from "./insert-rows.js";
import type { Strings } from "./strings.js";

/**
 * Stores what questions ask of the events of new pieces beyond their names: properties, and what happened in forms. In narrow
 * tables of their own, since reading packed batches would cost a question about a month a second for each 100,000 of them.
 */
export function insertDetails(
  connection: Connection,
  strings: Strings,
  added: readonly { readonly piece: { readonly n: number }; readonly batch: SealedBatch }[],
): void {
  insertRows(
    connection,
    "event_properties",
    ["raw", "n", "name", "value"],
    added.flatMap(({ piece, batch }) =>
      batch.events.flatMap((event, n) =>
        propertiesOf(event).map(([key, value]) => [piece.n, n, strings.number(key), strings.number(value)]),
      ),
    ),
  );
  insertRows(
    connection,
    "inputs",
    ["raw", "element", "at", "focused", "changed", "sent"],
    added.flatMap(({ piece, batch }) =>
      fieldInputs(batch).map(({ element, at, focused, changed, sent }) => [
        ...[piece.n, strings.number(element), at, focused, changed, sent],
      ]),
    ),
  );
}
