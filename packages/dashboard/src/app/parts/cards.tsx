import type { Metric, SummaryAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { change } from "../format/change.js";
import { span } from "../format/day.js";
import { metricText } from "../format/number.js";
import type { Model } from "../state/model.js";
import { metrics } from "../state/view.js";
import { say } from "../words/say.js";

/** The six numbers; a press on one draws it in the chart. */
export function Cards({ model }: { readonly model: Model }): JSX.Element {
  const summary = model.summary.answer.value;
  const chosen = model.address.view.value.metric;
  return (
    <ul class="cards" aria-label={say.numbers} aria-busy={model.summary.behind.value}>
      {metrics.map((metric) => (
        <li key={metric} class="card-cell">
          <Card
            metric={metric}
            summary={summary}
            chosen={metric === chosen}
            onChoose={() => model.address.go({ metric })}
          />
        </li>
      ))}
    </ul>
  );
}

function Card({
  metric,
  summary,
  chosen,
  onChoose,
}: {
  readonly metric: Metric;
  readonly summary: SummaryAnswer | undefined;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const [dismissed, setDismissed] = useState(false);
  const meaning = `meaning-${metric}`;
  return (
    <div class="card-hold" onPointerEnter={() => setDismissed(false)}>
      <button
        type="button"
        class="card"
        aria-pressed={chosen}
        aria-describedby={meaning}
        onClick={onChoose}
        onFocus={() => setDismissed(false)}
        onKeyDown={({ key }) => key === "Escape" && setDismissed(true)}
      >
        <span class="card-name">{say.metricNames[metric]}</span>
        <span class="card-value">{summary === undefined ? "–" : metricText(metric, summary.numbers[metric])}</span>
        <CardChange metric={metric} summary={summary} />
      </button>
      <span id={meaning} role="tooltip" class={dismissed ? "meaning meaning-off" : "meaning"}>
        {say.metricMeanings[metric]}
        {summary?.comparison !== undefined && (
          <span class="meaning-before">
            {say.versus(metricText(metric, summary.comparison.numbers[metric]), span(summary.comparison.period))}
          </span>
        )}
      </span>
    </div>
  );
}

const arrows = { "-1": "↓", "0": "→", "1": "↑" } as const;

function CardChange({
  metric,
  summary,
}: {
  readonly metric: Metric;
  readonly summary: SummaryAnswer | undefined;
}): JSX.Element {
  if (summary?.comparison === undefined) return <span class="card-change">&nbsp;</span>;
  const fresh = summary.comparison.numbers.visits === 0;
  const moved = fresh ? null : change(metric, summary.numbers[metric], summary.comparison.numbers[metric]);
  if (moved === null) return <span class="card-change unseen">{say.nothingBefore}</span>;
  return (
    <span class={`card-change mood-${moved.mood}`}>
      <span aria-hidden="true">
        {arrows[moved.direction]} {moved.text}
      </span>
      <span class="unseen">{say.change(moved.text, moved.direction)}</span>
    </span>
  );
}
