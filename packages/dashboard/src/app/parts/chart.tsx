import type { SeriesAnswer } from "@isotherm/protocol";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { axis, labelled } from "../chart/axis.js";
import { longTime, shortTime } from "../format/day.js";
import { metricText } from "../format/number.js";
import type { Model } from "../state/model.js";
import { say } from "../words/say.js";
import { SpotTip } from "./spot-tip.js";
import { useRoom } from "./use-room.js";

const height = 220;
const edge = { top: 14, right: 14, bottom: 26, left: 46 } as const;

/** The chosen number over the period; what is still counting is dashed. */
export function Chart({ model }: { readonly model: Model }): JSX.Element {
  const series = model.series.answer.value;
  return (
    <div class="chart" aria-busy={model.series.behind.value}>
      {series === undefined || series.points.length === 0 ? (
        <div class="chart-wait">{model.series.error.value === null ? say.loading : ""}</div>
      ) : (
        <Plot series={series} />
      )}
    </div>
  );
}

function Plot({ series }: { readonly series: SeriesAnswer }): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const { width } = useRoom(holder);
  const [picked, setPicked] = useState<number | null>(null);
  const { points, metric } = series;
  const lines = axis(metric, Math.max(...points.map(({ value }) => value)));
  const top = lines.at(-1) ?? 1;
  const inner = Math.max(0, width - edge.left - edge.right);
  const x = (index: number): number =>
    edge.left + (points.length < 2 ? inner / 2 : (inner / (points.length - 1)) * index);
  const y = (value: number): number => height - edge.bottom - (value / top) * (height - edge.top - edge.bottom);
  const path = (from: number, to: number): string =>
    points
      .slice(from, to + 1)
      .map(({ value }, i) => `${i === 0 ? "M" : "L"}${x(from + i).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");

  const last = points.length - 1;
  // From the first point that still counts, the line is a promise.
  const firstPartial = points.findIndex(({ partial }) => partial === true);
  const solid = firstPartial === -1 ? last : firstPartial - 1;
  const pick = (index: number): void => setPicked(Math.min(last, Math.max(0, index)));
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -points.length, End: points.length }[event.key];
    if (event.key === "Escape") setPicked(null);
    if (step === undefined) return;
    event.preventDefault();
    pick((picked ?? (step > 0 ? -1 : points.length)) + step);
  };
  const follow = (event: JSX.TargetedPointerEvent<HTMLDivElement>): void => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - edge.left;
    pick(Math.round((left / Math.max(1, inner)) * last));
  };
  const point = picked === null ? undefined : points[picked];
  const name = say.metricNames[metric];
  const words =
    point && `${longTime(point.at)}: ${metricText(metric, point.value)}${point.partial ? `, ${say.incomplete}` : ""}`;

  return (
    <div
      class="plot"
      ref={holder}
      role="slider"
      tabIndex={0}
      aria-label={say.chart(name, longTime(points[0]?.at ?? ""), longTime(points[last]?.at ?? ""))}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={picked ?? last}
      aria-valuetext={words ?? say.chartHint}
      onKeyDown={onKey}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setPicked(null)}
      onBlur={() => setPicked(null)}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {lines.map((value) => (
            <g key={value}>
              <line class="plot-line" x1={edge.left} x2={width - edge.right} y1={y(value)} y2={y(value)} />
              <text class="plot-text" x={edge.left - 8} y={y(value) + 4} text-anchor="end">
                {metricText(metric, value)}
              </text>
            </g>
          ))}
          {labelled(points.length, Math.floor(inner / 76)).map((index) => (
            <text
              key={index}
              class="plot-text"
              x={x(index)}
              y={height - 7}
              text-anchor={x(index) > width - 36 ? "end" : "middle"}
            >
              {shortTime(points[index]?.at ?? "")}
            </text>
          ))}
          {solid > 0 && <path class="plot-area" d={`${path(0, solid)}L${x(solid)} ${y(0)}L${x(0)} ${y(0)}Z`} />}
          <path class="plot-series" d={path(0, solid)} />
          {solid < last && <path class="plot-series plot-partial" d={path(Math.max(0, solid), last)} />}
          {points.length === 1 && <circle class="plot-dot" cx={x(0)} cy={y(points[0]?.value ?? 0)} r="4" />}
          {picked !== null && point !== undefined && (
            <g>
              <line class="plot-cross" x1={x(picked)} x2={x(picked)} y1={edge.top} y2={height - edge.bottom} />
              <circle class="plot-dot" cx={x(picked)} cy={y(point.value)} r="4.5" />
            </g>
          )}
        </svg>
      )}
      {picked !== null && point !== undefined && (
        <SpotTip
          at={{ x: x(picked), y: y(point.value) }}
          within={{ width, height }}
          lines={[
            { text: `${metricText(metric, point.value)} ${name.toLowerCase()}`, strong: true },
            { text: longTime(point.at), strong: false },
            ...(point.partial ? [{ text: say.incomplete, strong: false }] : []),
          ]}
        />
      )}
    </div>
  );
}
