import { readEnvelope } from "@isotherm/protocol/validate";
import type { Backend } from "./backend.js";

/** Our own relay and collector: a batch that comes again is known by its id. */
export const isothermBackend: Backend = {
  intakes: ["/in"],
  read({ body }) {
    const read = readEnvelope(body, { sealed: false });
    if (!read.ok) throw new Error(read.message);
    return read.batches.flatMap((check) => {
      if (!check.ok) throw new Error(check.rejection.message);
      const { id, events } = check.batch;
      return events.flatMap((event, i) => (event.type === "custom" ? [{ name: event.name, id: `${id} ${i}` }] : []));
    });
  },
  answer: () => ({ status: 204 }),
};
