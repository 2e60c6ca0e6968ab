import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { compact, whole } from "../format/number.js";
import type { Model } from "../state/model.js";
import { say } from "../words/say.js";

/** The pages of the period, most viewed first; choosing one shows its heatmap. */
export function PageList({ model }: { readonly model: Model }): JSX.Element {
  const [search, setSearch] = useState("");
  const pages = model.pages.answer.value?.pages ?? [];
  const most = Math.max(1, ...pages.map(({ views }) => views));
  const wanted = search.trim().toLowerCase();
  const found = pages.filter(({ page, title }) => `${page} ${title}`.toLowerCase().includes(wanted));
  const chosen = model.page.value;
  return (
    <section class="panel pages" aria-labelledby="pages-title">
      <header class="pages-head">
        <h2 id="pages-title" class="panel-title">
          {say.pages} <span class="panel-count">{whole(pages.length)}</span>
        </h2>
        <input
          class="input search"
          type="search"
          placeholder={say.searchPages}
          aria-label={say.searchPages}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </header>
      <div class="pages-columns" aria-hidden="true">
        <span>{say.views}</span>
        <span>{say.clicks}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <ul class="pages-rows" tabIndex={0} aria-label={say.pages}>
        {found.map(({ page, title, views, clicks }) => (
          <li key={page}>
            <button
              type="button"
              class="page-row"
              aria-current={page === chosen ? "true" : undefined}
              onClick={() => model.address.go({ page })}
            >
              <span class="page-name">
                <span class="page-path" title={page}>
                  {page}
                </span>
                {title !== "" && <span class="page-title">{title}</span>}
              </span>
              <span class="page-number" title={whole(views)}>
                {compact(views)}
                <span class="unseen"> {say.views},</span>
              </span>
              <span class="page-number" title={whole(clicks)}>
                {compact(clicks)}
                <span class="unseen"> {say.clicks}</span>
              </span>
              <span class="page-track">
                <span class="page-bar" style={{ width: `${(views / most) * 100}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && wanted !== "" && <p class="pages-none">{say.noPageFound(search)}</p>}
    </section>
  );
}
