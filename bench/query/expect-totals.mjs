import { addressOf } from "./questions.mjs";
import { dayText } from "./schedule.mjs";
import { hotPage } from "./world.mjs";

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Asks what the generator knows by itself, and throws where an answer differs. Gives how many numbers agreed. */
export async function expectTotals(ask, { days }) {
  let agreed = 0;
  const expect = (name, found, wanted) => {
    if (found !== wanted) throw new Error(`${name} is ${found}, and ${wanted} were made`);
    agreed++;
  };
  const answer = async (...address) => JSON.parse((await ask(addressOf(...address))).text);
  for (const [period, length] of [
    ["day", 1],
    ["7d", 7],
    ["30d", 30],
  ]) {
    const made = Array.from({ length }, (_, n) => days[dayText(n)]);
    const all = (count) => sum(made.map((day) => day[count]));
    const visitors = all("passing") + new Set(made.flatMap(({ lasting }) => lasting)).size;
    const { numbers } = await answer("summary", period, "none");
    expect(`visits of ${period}`, numbers.visits, all("visits"));
    expect(`visitors of ${period}`, numbers.visitors, visitors);
    expect(`page views of ${period}`, numbers.pageViews, all("views"));
    const german = await answer("summary", period, "country");
    expect(`German visits of ${period}`, german.numbers.visits, sum(made.map(({ countries }) => countries.DE ?? 0)));
    const sources = await answer("breakdown", period, "none", { dimension: "source", limit: "1000" });
    const newsletter = sources.rows.find(({ value }) => value === "newsletter");
    expect(`visits from the newsletter of ${period}`, newsletter?.visits ?? 0, all("newsletter"));
    const events = await answer("breakdown", period, "none", { dimension: "event" });
    expect(`events of ${period}`, sum(events.rows.map(({ pageViews }) => pageViews)), all("customs"));
    const clicks = await answer("heatmap", period, "none", { page: hotPage });
    expect(`page views of the hottest page of ${period}`, clicks.views, all("hotViews"));
    expect(`clicks on the hottest page of ${period}`, clicks.count, all("hotClicks"));
    const filtered = await answer("heatmap", period, "country", { page: hotPage });
    const germanClicks = sum(made.map(({ hotClicksByCountry }) => hotClicksByCountry.DE ?? 0));
    if (filtered.sample === undefined) expect(`German clicks of ${period}`, filtered.count, germanClicks);
  }
  return agreed;
}
