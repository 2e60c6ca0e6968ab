import type { SealedBatch } from "@isotherm/protocol";
import { eventTime } from "./event-time.js";

/** What happened to one field or form in one batch. */
export interface FieldInput {
  readonly element: string;
  /** Time of the last of it, in ms since 1970. */
  readonly at: number;
  readonly focused: number;
  readonly changed: number;
  /** Times that the form was sent. */
  readonly sent: number;
}

/** The fields and forms that a batch tells of, each once. */
export function fieldInputs(batch: SealedBatch): readonly FieldInput[] {
  const timeOf = eventTime(batch);
  const found = new Map<string, { -readonly [field in keyof FieldInput]: FieldInput[field] }>();
  for (const event of batch.events) {
    if (event.type !== "input") continue;
    const input = found.get(event.el) ?? { element: event.el, at: 0, focused: 0, changed: 0, sent: 0 };
    found.set(event.el, input);
    input.at = Math.max(input.at, timeOf(event));
    if (event.act === "focus") input.focused++;
    if (event.act === "change") input.changed++;
    if (event.act === "submit") input.sent++;
  }
  return [...found.values()];
}
