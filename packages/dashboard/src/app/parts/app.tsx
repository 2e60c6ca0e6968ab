import type { JSX } from "preact";
import { clock } from "../format/day.js";
import type { Model } from "../state/model.js";
import { say } from "../words/say.js";
import { Cards } from "./cards.js";
import { Chart } from "./chart.js";
import { Empty, EmptySite } from "./empty.js";
import { Header } from "./header.js";
import { HeatPanel } from "./heat-panel.js";
import { PageList } from "./page-list.js";
import { SignIn } from "./sign-in.js";
import { Trouble } from "./trouble.js";

/** The whole interface of one model. */
export function App({ model }: { readonly model: Model }): JSX.Element {
  if (model.keys.key.value === null) return <SignIn model={model} />;
  return (
    <div class="frame">
      <Header model={model} />
      <Trouble error={model.trouble.value} />
      <main class="body">
        <Body model={model} />
      </main>
      <Foot model={model} />
    </div>
  );
}

function Body({ model }: { readonly model: Model }): JSX.Element | null {
  const sites = model.sites.answer.value;
  const site = model.site.value;
  if (sites !== undefined && site === undefined) {
    return (
      <section class="panel">
        <Empty title={say.noSite} hint={say.noSiteHint} live />
      </section>
    );
  }
  const summary = model.summary.answer.value;
  const pages = model.pages.answer.value;
  const nothing = summary?.numbers.pageViews === 0 && summary.numbers.visits === 0 && pages?.pages.length === 0;
  const { period } = model.address.view.value;
  if (nothing && site !== undefined && period === "30d") return <EmptySite name={site.name} />;
  return (
    <>
      <section class="panel numbers" aria-label={say.numbers}>
        <Cards model={model} />
        <Chart model={model} />
      </section>
      {nothing ? (
        <section class="panel">
          <Empty title={say.quiet(say.periodNames[period])} hint={say.quietHint} live>
            <button type="button" class="button" onClick={() => model.address.go({ period: "30d" })}>
              {say.tryMonth}
            </button>
          </Empty>
        </section>
      ) : (
        <div class="columns">
          <PageList model={model} />
          <HeatPanel model={model} />
        </div>
      )}
    </>
  );
}

function Foot({ model }: { readonly model: Model }): JSX.Element | null {
  const site = model.site.value;
  const asOf = model.asOf.value;
  // 0 is before anything was received.
  if (site === undefined || asOf === null || asOf === 0) return null;
  return <footer class="foot">{say.asOf(clock(asOf, site.timeZone), site.timeZone)}</footer>;
}
