import type { Event, SealedBatch } from "@isotherm/protocol";
import { fieldInputs } from "../derive/field-inputs.js";
import { propertiesOf } from "../derive/properties.js";
import { encodeProperties } from "../derive/property-code.js";
import type { Connection } from "./connection.js";
import { rowInserter } from "./insert-rows.js";
import type { Strings } from "./strings.js";

/** A batch with the number of its row. */
interface Added {
  readonly piece: { readonly n: number };
  readonly batch: SealedBatch;
}

/**
 * What questions ask of an event's properties, as it is kept in the event's row: reading packed batches would cost a question
 * about a month a second for each 100,000 of them, and a row for each property takes five times the bytes.
 */
export function propertyBytes(strings: Strings, event: Event): Uint8Array | null {
  return encodeProperties(
    propertiesOf(event).map(([key, value]) => [strings.number(key), strings.number(value)] as const),
  );
}

const insertFields = rowInserter("inputs", ["raw", "element", "at", "focused", "changed", "sent"]);

/** Stores what happened in the forms of new pieces. */
export function insertInputs(connection: Connection, strings: Strings, added: readonly Added[]): void {
  insertFields(
    connection,
    added.flatMap(({ piece, batch }) =>
      fieldInputs(batch).map(({ element, at, focused, changed, sent }) => [
        ...[piece.n, strings.number(element), at, focused, changed, sent],
      ]),
    ),
  );
}

/** Stores both of a batch whose events have rows already. */
export function addDetails(connection: Connection, strings: Strings, { piece, batch }: Added): void {
  batch.events.forEach((event, n) => {
    const properties = propertyBytes(strings, event);
    if (properties) connection.run("UPDATE events SET properties = ? WHERE raw = ? AND n = ?", properties, piece.n, n);
  });
  insertInputs(connection, strings, [{ piece, batch }]);
}
