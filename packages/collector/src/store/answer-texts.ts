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
    pages: read(texts.pages),
    heatmap: read(texts.heatmap),
    sessions: read(texts.sessions),
    session: read(texts.session),
    delivery: read(texts.delivery),
    snapshots: read(texts.snapshots),
    snapshot: read(texts.snapshot),
    exportPage: read(texts.exportPage),
    heatRows: read(texts.heatRows),
    heatPicture: read(texts.heatPicture),
    heatSessions: read(texts.heatSessions),
    heatSession: read(texts.heatSession),
  };
}
