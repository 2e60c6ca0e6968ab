import { type Batch, limits, protocolVersion, type Rejection } from "@isotherm/protocol";
import { type BatchCheck, readEnvelope } from "@isotherm/protocol/validate";
import { CollectorError } from "../../collector-error.js";
import { FieldFault } from "./fields.js";

/** A foreign event as native batches, or what is wrong with it. */
export interface Mapped {
  /** Its own id, or its place as `#3`. */
  readonly id: string;
  readonly batches: readonly Batch[];
  readonly fault?: string;
}

/** Maps each foreign event by itself, so that a bad one costs itself alone. Throws `body_too_large` for more than a batch may hold. */
export function mapEach<Event>(
  events: readonly Event[],
  idOf: (event: Event) => unknown,
  map: (event: Event) => readonly Batch[],
): readonly Mapped[] {
  if (events.length > limits.events)
    throw new CollectorError("body_too_large", `a request may hold ${limits.events} events here; send less at once`);
  return events.map((event, index) => {
    const given = typeof event === "object" && event !== null ? idOf(event) : undefined;
    const id = typeof given === "string" && given !== "" && given.length <= limits.id ? given : `#${index}`;
    try {
      return { id, batches: map(event) };
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      return { id, batches: [], fault: error.message };
    }
  });
}

/** Checks what was mapped by the very rules for native batches; rejections carry the foreign id. */
export function checkMapped(mapped: readonly Mapped[]): readonly BatchCheck[] {
  const waiting = mapped.flatMap(({ id, batches }) => batches.map((batch) => ({ id, batch })));
  const checks = read(waiting.map(({ batch }) => batch)).map((check, index): BatchCheck => {
    if (check.ok) return { ...check, unknown: 0 };
    const { id = "" } = waiting[index] ?? {};
    return { ...check, rejection: { ...check.rejection, id, message: place(check.rejection.message) } };
  });
  const faults = mapped.flatMap(({ id, fault }): BatchCheck[] =>
    fault === undefined ? [] : [{ ok: false, rejection: invalid(id, fault), events: 1 }],
  );
  return [...checks, ...faults];
}

const invalid = (id: string, message: string): Rejection => ({ id, code: "batch_invalid", message });

/** A fault's place in the batch: of an envelope the sender knows nothing. */
const place = (message: string): string => message.replace(/^\/batches\/\d+/, "");

function read(batches: readonly Batch[]): readonly BatchCheck[] {
  const checks: BatchCheck[] = [];
  for (let from = 0; from < batches.length; from += limits.batches) {
    const some = batches.slice(from, from + limits.batches);
    const together = readAs(some);
    checks.push(...(together ?? some.map((batch) => readAs([batch])?.[0] ?? hopeless(batch))));
  }
  return checks;
}

/** Undefined where one batch makes the whole of them unreadable, as by nesting without end. */
function readAs(batches: readonly Batch[]): readonly BatchCheck[] | undefined {
  const result = readEnvelope(JSON.stringify({ v: protocolVersion, key: "foreign", batches }), { sealed: false });
  return result.ok ? result.batches : undefined;
}

function hopeless({ id, events }: Batch): BatchCheck {
  const message = `must not nest deeper than ${limits.depth} levels`;
  return { ok: false, rejection: invalid(id, message), events: events.length };
}

/** A batch that came alone, checked. Throws `envelope_invalid` where it cannot be taken: there are no neighbours to think of. */
export function goodOrRefused(map: () => Batch): Extract<BatchCheck, { readonly ok: true }> {
  const [check] = checkMapped(
    mapEach(
      [{}],
      () => undefined,
      () => [map()],
    ),
  );
  if (check?.ok) return check;
  throw new CollectorError("envelope_invalid", check?.rejection.message ?? "there is no event");
}
