import type { SealedBatch } from "@isotherm/protocol";
import { fieldInputs } from "../derive/field-inputs.js";
import { propertiesOf } from "../derive/properties.js";
import type { Connection } from "./connection.js";
import { insertRows } from "./insert-rows.js";
import type { Strings } from "./strings.js";

/**
 * Stores what questions ask of a batch's events beyond their names: properties, and what happened in forms. In narrow
 * tables of their own, since reading packed batches would cost a question about a month a second for each 100,000 of them.
 */
export function insertDetails(connection: Connection, strings: Strings, raw: number, batch: SealedBatch): void {
  insertRows(
    connection,
    "event_properties",
    ["raw", "n", "name", "value"],
    batch.events.flatMap((event, n) =>
      propertiesOf(event).map(([key, value]) => [raw, n, strings.number(key), strings.number(value)]),
    ),
  );
  insertRows(
    connection,
    "inputs",
    ["raw", "element", "at", "focused", "changed", "sent"],
    fieldInputs(batch).map(({ element, at, focused, changed, sent }) => [
      ...[raw, strings.number(element), at, focused, changed, sent],
    ]),
  );
}
