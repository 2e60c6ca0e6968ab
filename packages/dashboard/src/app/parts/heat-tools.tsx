import { widthClasses } from "@isotherm/protocol";
import type { JSX } from "preact";
import type { Model } from "../state/model.js";
import { backgrounds, kinds, readBucket } from "../state/view.js";
import { say } from "../words/say.js";

/** Chooses what the heatmap shows and how strongly. */
export function HeatTools({
  model,
  strength,
  onStrength,
}: {
  readonly model: Model;
  readonly strength: number;
  readonly onStrength: (strength: number) => void;
}): JSX.Element {
  const { view, go } = model.address;
  const { kind, bucket } = view.value;
  const heat = model.heatmap.answer.value;
  const viewsOf = (one: number): number => heat?.widths.find(({ bucket: known }) => known === one)?.views ?? 0;
  const range = (from: number, index: number): string => say.widthRange(from, widthClasses[index + 1]);
  const common = bucket === null && heat?.bucket != null ? heat.bucket : null;
  return (
    <div class="tools">
      <fieldset class="segments">
        <legend class="unseen">{say.kind}</legend>
        {kinds.map((one) => (
          <label key={one} class="segment">
            <input type="radio" name="kind" value={one} checked={one === kind} onChange={() => go({ kind: one })} />
            <span>{say.kindNames[one]}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span class="field-name">{say.width}</span>
        <select
          class="select"
          value={bucket === null ? "" : String(bucket)}
          onChange={({ currentTarget }) => go({ bucket: readBucket(currentTarget.value) })}
        >
          <option value="">
            {say.commonWidth(common === null ? null : range(common, widthClasses.indexOf(common)))}
          </option>
          <option value="all">{say.allWidths}</option>
          {widthClasses.map((from, index) => (
            <option key={from} value={String(from)}>
              {say.widthViews(range(from, index), viewsOf(from))}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-name">{say.background}</span>
        <select
          class="select"
          value={view.value.background}
          onChange={({ currentTarget }) =>
            go({ background: backgrounds.find((one) => one === currentTarget.value) ?? "snapshot" })
          }
        >
          {backgrounds.map((one) => (
            <option key={one} value={one}>
              {say.backgroundNames[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-name">{say.opacity}</span>
        <input
          class="slider"
          type="range"
          min="10"
          max="100"
          step="5"
          value={Math.round(strength * 100)}
          onInput={({ currentTarget }) => onStrength(Number(currentTarget.value) / 100)}
        />
      </label>
    </div>
  );
}
