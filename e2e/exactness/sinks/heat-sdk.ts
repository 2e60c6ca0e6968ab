import type { Backend } from "./backend.js";

/**
 * heat-collector 0.3.7: it takes a batch or refuses all of it, gives every event an id of its own, and so stores what comes
 * twice twice, whatever `eventId` says.
 */
export const heatBackend: Backend = {
  intakes: ["/ingest"],
  read({ headers, body }) {
    if (!headers["x-project-key"]) throw new Error("missing_project_key");
    const { session, events } = JSON.parse(body.toString());
    if (typeof session?.id !== "string" || !events?.length) throw new Error("invalid_payload");
    return events.flatMap(({ type, name, eventId }: { type: string; name: string; eventId: string }) => {
      if (typeof eventId !== "string") throw new Error("invalid_payload");
      return type === "custom" ? [{ name }] : [];
    });
  },
  answer: ({ body }) => ({
    status: 200,
    body: { ok: true, requestId: "1", projectId: "1", sessionId: JSON.parse(body.toString()).session.id },
  }),
};
