import type { JSX } from "preact";
import type { Model } from "../state/model.js";
import { periods } from "../state/view.js";
import { say } from "../words/say.js";
import { Mark } from "./mark.js";

/** Which site, who is there, which period. */
export function Header({ model }: { readonly model: Model }): JSX.Element {
  const { view, go } = model.address;
  const sites = model.sites.answer.value?.sites ?? [];
  const site = model.site.value;
  const current = model.summary.answer.value?.current;
  return (
    <header class="head">
      <div class="head-brand">
        <Mark />
        <h1 class="head-product">{say.product}</h1>
      </div>
      {site !== undefined && (
        <div class="head-site">
          {sites.length > 1 ? (
            <select
              class="select select-site"
              aria-label={say.site}
              value={site.id}
              onChange={({ currentTarget }) => go({ site: currentTarget.value, page: null })}
            >
              {sites.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          ) : (
            <span class="head-only">{site.name}</span>
          )}
          {site.demo && (
            <span class="generated" title={say.generatedHint}>
              {say.generated}
            </span>
          )}
          {current !== undefined && (
            <span class={current > 0 ? "current current-some" : "current"} title={say.currentHint}>
              {say.current(current)}
            </span>
          )}
        </div>
      )}
      <div class="head-end">
        {site !== undefined && (
          <fieldset class="segments">
            <legend class="unseen">{say.period}</legend>
            {periods.map((period) => (
              <label key={period} class="segment">
                <input
                  type="radio"
                  name="period"
                  value={period}
                  checked={view.value.period === period}
                  onChange={() => go({ period })}
                />
                <span>{say.periodNames[period]}</span>
              </label>
            ))}
          </fieldset>
        )}
        <button type="button" class="button button-quiet" onClick={model.signOut}>
          {say.signOut}
        </button>
      </div>
    </header>
  );
}
