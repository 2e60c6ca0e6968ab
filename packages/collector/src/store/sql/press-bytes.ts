import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import { encodePresses } from "../derive/press-code.js";
import type { Connection } from "./connection.js";
import type { Strings } from "./strings.js";

/** An element as heat knows it: the number of its anchor, and whether it was fixed. */
export function elementNumber(strings: Strings, { el, fixed }: Pick<ClickEvent, "el" | "fixed">): number {
  return strings.number(el) * 2 + (fixed === true ? 1 : 0);
}

/** The presses of a batch as they are kept beside it. */
export function pressBytes(
  strings: Strings,
  batch: SealedBatch,
  isDead: (event: ClickEvent) => boolean,
): Uint8Array | null {
  return encodePresses(batch, (event) => elementNumber(strings, event), isDead);
}

/** Writes anew the presses of a stored batch some of whose clicks turned out to do nothing. */
export function renewPresses(connection: Connection, strings: Strings, raw: number, batch: SealedBatch): void {
  const rows = connection.all<{ click: number }>(
    "SELECT v.click FROM raw r JOIN verdicts v ON v.visitor = r.visitor AND v.view = r.view AND v.raw = r.n WHERE r.n = ?",
    raw,
  );
  const dead = new Set(rows.map(({ click }) => click));
  connection.run(
    "UPDATE packed SET presses = ? WHERE n = ?",
    pressBytes(strings, batch, ({ n }) => dead.has(n)),
    raw,
  );
}
