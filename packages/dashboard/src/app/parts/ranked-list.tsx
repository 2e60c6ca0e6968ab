import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { compact, percent, whole } from "../format/number.js";
import { say } from "../words/say.js";

/** One line of a ranking. */
export interface Ranked<T> {
  readonly key: string;
  readonly title: string;
  /** Small print below; empty for none. */
  readonly detail: string;
  /** Null where the share says it all. */
  readonly count: number | null;
  /** 0 to 1; also the length of the bar. */
  readonly share: number;
  readonly tags: readonly { readonly text: string; readonly hint: string }[];
  readonly subject: T;
}

const first = 10;

/** The picture in words: a ranking whose rows point themselves out in the picture when pointed at or focused. */
export function RankedList<T>({
  title,
  hint = "",
  rows,
  numbered = true,
  unit,
  onPoint,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly rows: readonly Ranked<T>[];
  /** Shows places; not for rows whose order is their own. @default true */
  readonly numbered?: boolean;
  /** What a count counts, in words. */
  readonly unit: (count: number) => string;
  /** The row under the pointer or focus; null when it leaves. */
  readonly onPoint: (subject: T | null) => void;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, first);
  return (
    <section class="ranked" aria-label={title}>
      <h3 class="ranked-title">{title}</h3>
      {hint !== "" && rows.length > 0 && <p class="ranked-hint">{hint}</p>}
      <ol class="ranked-rows" onPointerLeave={() => onPoint(null)}>
        {shown.map((row, index) => (
          <li key={row.key}>
            <button
              type="button"
              class={`ranked-row${numbered ? "" : " ranked-plain"}${row.detail === "" ? " ranked-flat" : ""}`}
              onPointerEnter={() => onPoint(row.subject)}
              onFocus={() => onPoint(row.subject)}
              onBlur={() => onPoint(null)}
              onClick={() => onPoint(row.subject)}
            >
              {numbered && (
                <span class="ranked-rank" aria-hidden="true">
                  {index + 1}
                </span>
              )}
              <span class="ranked-name">
                <span class="ranked-main">{row.title}</span>
                {row.detail !== "" && (
                  <span class="ranked-detail" title={row.detail}>
                    {row.detail}
                  </span>
                )}
                {row.tags.map(({ text, hint: meaning }) => (
                  <span key={text} class="tag" title={meaning}>
                    {text}
                  </span>
                ))}
              </span>
              <span class="ranked-numbers">
                {row.count !== null && (
                  <span class="ranked-count" title={`${whole(row.count)} ${unit(row.count)}`}>
                    {compact(row.count)}
                    <span class="unseen"> {unit(row.count)},</span>
                  </span>
                )}
                <span class="ranked-share">{percent(row.share)}</span>
              </span>
              <span class="ranked-track">
                <span class="ranked-bar" style={{ width: `${row.share * 100}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {rows.length > shown.length && (
        <button type="button" class="button ranked-more" onClick={() => setAll(true)}>
          {say.more(rows.length - shown.length)}
        </button>
      )}
    </section>
  );
}
