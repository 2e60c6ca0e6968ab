import type { AnswerTexts, Queries } from "./store.js";

/** Reads answers that come as JSON. */
export function queriesOf(texts: AnswerTexts): Queries {
  const read =
    <Query, Answer>(ask: (query: Query) => Promise<string>) =>
    async (query: Query): Promise<Answer> =>
      JSON.parse(await ask(query)) as Answer;
  return {
    summary: read(texts.summary),
    series: read(texts.series),
    breakdown: read(texts.breakdown),
    bots: read(texts.bots),
    pages: read(texts.pages),
    heatmap: read(texts.heatmap),
    sessions: read(texts.sessions),
    session: read(texts.session),
    events: read(texts.events),
    properties: read(texts.properties),
    goals: read(texts.goals),
    funnel: read(texts.funnel),
    retention: read(texts.retention),
    journeys: read(texts.journeys),
    vitals: read(texts.vitals),
    errors: read(texts.errors),
    forms: read(texts.forms),
    realtime: read(texts.realtime),
    delivery: read(texts.delivery),
    snapshots: read(texts.snapshots),
    snapshot: read(texts.snapshot),
    exportPage: read(texts.exportPage),
    heatRows: read(texts.heatRows),
    heatPicture: read(texts.heatPicture),
    heatSessions: read(texts.heatSessions),
    heatSession: read(texts.heatSession),
    visitor: read(texts.visitor),
    audit: read(texts.audit),
  };
}
