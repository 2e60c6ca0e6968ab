import { queriesOf } from "../answer-texts.js";
import type { AnswerTexts, RebuildStep, Store } from "../store.js";
import type { Engine } from "./engine.js";
import { bundle } from "./record-bundle.js";

/** A store on an engine; `settle` are the milliseconds after a write until the rows of changed days are derived again. */
export function sqlStore(engine: Engine, settle: number): Store {
  const { write, read } = engine;
  let timer: NodeJS.Timeout | null = null;

  const texts: AnswerTexts = {
    summary: (query) => read("summary", query),
    series: (query) => read("series", query),
    breakdown: (query) => read("breakdown", query),
    bots: (query) => read("bots", query),
    pages: (query) => read("pages", query),
    heatmap: (query) => read("heatmap", query),
    sessions: (query) => read("sessions", query),
    session: (query) => read("session", query),
    events: (query) => read("events", query),
    properties: (query) => read("properties", query),
    goals: (query) => read("goals", query),
    funnel: (query) => read("funnel", query),
    retention: (query) => read("retention", query),
    journeys: (query) => read("journeys", query),
    vitals: (query) => read("vitals", query),
    errors: (query) => read("errors", query),
    forms: (query) => read("forms", query),
    realtime: (query) => read("realtime", query),
    delivery: (query) => read("delivery", query),
    snapshots: (query) => read("snapshots", query),
    snapshot: (query) => read("snapshot", query),
    visitor: (query) => read("visitor", query),
    audit: (query) => read("audit", query),
    exportPage: (query) => read("exportPage", query),
    heatRows: (query) => read("heatRows", query),
    heatPicture: (query) => read("heatPicture", query),
    heatSessions: (query) => read("heatSessions", query),
    heatSession: (query) => read("heatSession", query),
  };

  const settled = async (): Promise<void> => {
    try {
      while (await write("renewDay"));
      while (await write("catchUp"));
    } catch {
      // The days stay dirty, which costs speed and nothing else; the next write tries again.
    }
  };
  const settleSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void settled();
    }, settle).unref();
  };

  return {
    async migrate() {
      await write("migrate");
      settleSoon();
    },
    pendingSteps: () => write("pendingSteps"),
    registry: () => write("registry"),
    putSite: (site) => write("putSite", site),
    putKey: (key, actor = "command") => write("putKey", key, actor),
    putOrganisation: (organisation) => write("putOrganisation", organisation),
    putMember: (member, actor = "command") => write("putMember", member, actor),
    salts: (wanted, now) => write("salts", wanted, now),
    cursor: (journal) => write("cursor", journal),
    async project({ records, ...run }) {
      const report = await write("project", run, bundle(records));
      settleSoon();
      return report;
    },
    heldSnapshots: () => write("heldSnapshots"),
    // Bytes on their way to a thread are gone here.
    putSnapshot: (snapshot, bounds, tree) => write("putSnapshot", snapshot, bounds, Uint8Array.from(tree)),
    putImported: (part) => write("putImported", part),
    async rebuild(model, onProgress) {
      let at: RebuildStep["next"] = null;
      do {
        const step: RebuildStep = await write("rebuild", model, at);
        onProgress?.(step.done, step.total);
        at = step.next;
      } while (at !== null);
    },
    erase: (order) => write("erase", order),
    sweep: (now) => write("sweep", now),
    note: (entry) => write("note", entry),
    queries: queriesOf(texts),
    texts,
    ping: () => write("ping"),
    async close() {
      if (timer) clearTimeout(timer);
      await engine.close();
    },
  };
}
