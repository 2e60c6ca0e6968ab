import type { BreakdownAnswer, PagesAnswer, SessionAnswer, SessionsAnswer } from "@isotherm/protocol";
import { widthClasses } from "@isotherm/protocol";
import type { System } from "../kit/system.js";

const dimensions = [
  ...["page", "entry", "exit", "source", "medium", "campaign", "term", "content", "channel", "referrer"],
  ...["device", "vendor", "model", "browser", "browserVersion", "system", "systemVersion"],
  ...["country", "eu", "region", "city", "timeZone", "network", "org", "asn", "language", "event"],
];
const kinds = ["click", "rage", "dead", "move", "scroll", "attention"];
const metrics = ["visitors", "visits", "pageViews", "viewsPerVisit", "bounceRate", "visitDuration"];

/** Asks a collector everything that its API answers about a range of days, without what differs between two runs of the same. */
export async function askAll(system: System, range: string): Promise<{ readonly [question: string]: unknown }> {
  const ask = async <Answer extends object>(query: string): Promise<Answer> => {
    const answer = await system.ask<Answer & { asOf?: number }>(`/sites/${system.site}/${query}${range}`);
    const { asOf, ...told } = answer;
    return told as unknown as Answer;
  };
  const answers: { [question: string]: unknown } = {};
  const put = async (query: string): Promise<void> => {
    answers[query] = await ask(query);
  };
  await put("summary?");
  for (const metric of metrics) await put(`series?metric=${metric}&interval=hour&`);
  for (const dimension of dimensions) {
    const { rows, ...told } = await ask<BreakdownAnswer>(`breakdown?dimension=${dimension}&limit=1000&`);
    answers[dimension] = { ...told, rows };
  }
  const { pages } = await ask<PagesAnswer>("pages?");
  answers.pages = pages;
  for (const { page } of pages)
    for (const kind of kinds)
      for (const bucket of ["", ...widthClasses.map((width) => `&bucket=${width}`)])
        await put(`heatmap?page=${encodeURIComponent(page)}&kind=${kind}${bucket}&`);
  const { duplicates, ...delivery } = await ask<{ duplicates: number }>("delivery?");
  answers.delivery = delivery;
  answers.visits = await visitsOf(system, ask);
  return answers;
}

/** Every visit with its page views and timeline, by its id. */
async function visitsOf(
  system: System,
  ask: <Answer extends object>(query: string) => Promise<Answer>,
): Promise<readonly object[]> {
  const visits: object[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask<SessionsAnswer>(
      `sessions?limit=1000&${cursor ? `cursor=${encodeURIComponent(cursor)}&` : ""}`,
    );
    for (const { id } of page.sessions) {
      const { asOf, ...visit } = await system.ask<SessionAnswer>(`/sessions/${id}`);
      visits.push(visit);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return visits.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
