import type { HeatKind, HeatmapAnswer, WidthClass } from "@isotherm/protocol";
import type { SiteQuery } from "../../queries.js";
import { textsOf } from "../strings.js";
import { fittingVisits } from "./fitting-visits.js";
import { heatAnswer, scrollBands } from "./heat-answer.js";
import { heatCounts } from "./heat-read.js";
import { heatViews } from "./heat-views.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

/** What a heatmap is asked for. */
export type HeatQuery = SiteQuery & {
  readonly page: string;
  readonly kind: HeatKind;
  readonly bucket: WidthClass | "common" | null;
};

/** An answer but for its freshness, which changes with every batch. */
type Picture = Omit<HeatmapAnswer, "asOf">;

/**
 * The picture of a page in JSON: as an object it takes ten times the memory, and longer to write than to read. Pictures of
 * all visits are remembered until a day of theirs changes.
 */
export function heatmapText(reader: Reader, query: HeatQuery): string {
  const scope = scopeOf(reader, query);
  if (!scope.whole) return fresh(scope, JSON.stringify(pictureOf(scope, query)));
  const versions: number[] = [];
  for (let day = scope.from; day <= scope.to; day++) versions.push(scope.version(day));
  const { page, kind, bucket } = query;
  const key = JSON.stringify(["picture", scope.site, scope.period, page, kind, bucket]);
  const kept = reader.remembered.get(key, versions.join(), () => {
    const json = JSON.stringify(pictureOf(scope, query));
    return { json, bytes: json.length };
  });
  return fresh(scope, kept.json);
}

export function heatmap(reader: Reader, query: HeatQuery): HeatmapAnswer {
  return JSON.parse(heatmapText(reader, query)) as HeatmapAnswer;
}

function fresh({ asOf }: Scope, picture: string): string {
  return `{"asOf":${asOf},${picture.slice(1)}`;
}

function pictureOf(scope: Scope, query: HeatQuery): Picture {
  const { connection, period } = scope;
  const { kind } = query;
  const page = connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", query.page)?.n ?? -1;
  const fits = fittingVisits(scope);
  const { widths, bucket, views, size, depths, attentive } = heatViews(scope, page, query.bucket, fits);
  const about = { period, page: query.page, kind, bucket, widths, views, size };
  if (kind === "scroll") return { ...about, ...scrollBands(depths) };
  const { counts, share } = heatCounts(scope, page, kind, bucket, fits);
  const texts = (numbers: Iterable<number>): ReadonlyMap<number, string> => textsOf(connection, numbers);
  return { ...about, ...(share < 1 && { sample: share }), ...heatAnswer(kind, counts, texts, attentive) };
}
