import type { HeatKind, HeatmapAnswer, HeatmapPicture, WidthClass } from "@isotherm/protocol";
import type { ComparedQuery } from "../../queries.js";
import { textsOf } from "../strings.js";
import { fittingVisits } from "./fitting-visits.js";
import { heatAnswer, scrollBands } from "./heat-answer.js";
import { heatCounts } from "./heat-read.js";
import { heatViews } from "./heat-views.js";
import { type Reader, type Scope, scopeOf, scopeOver } from "./scope.js";

/** What a heatmap is asked for. */
export type HeatQuery = ComparedQuery & {
  readonly page: string;
  readonly kind: HeatKind;
  readonly bucket: WidthClass | "common" | null;
};

/** The picture of a page in JSON: as an object it takes ten times the memory, and longer to write than to read. */
export function heatmapText(reader: Reader, query: HeatQuery): string {
  const scope = scopeOf(reader, query);
  const { json, bucket } = pictureText(scope, query);
  const alone = `{"asOf":${scope.asOf},${json.slice(1)}`;
  if (query.compare === undefined) return alone;
  // In the same width, also where another was the most common one then: else it would be another layout of the page.
  const other = pictureText(scopeOver(scope, query.compare), { ...query, bucket: bucket ?? query.bucket });
  return `${alone.slice(0, -1)},"comparison":${other.json}}`;
}

export function heatmap(reader: Reader, query: HeatQuery): HeatmapAnswer {
  return JSON.parse(heatmapText(reader, query)) as HeatmapAnswer;
}

/** A picture in JSON, and the width class that it is of. */
interface PictureText {
  readonly json: string;
  readonly bucket: WidthClass | null;
  readonly bytes: number;
}

/** Pictures of all visits are remembered until a day of theirs changes. */
function pictureText(scope: Scope, query: HeatQuery): PictureText {
  const make = (): PictureText => {
    const picture = pictureOf(scope, query);
    const json = JSON.stringify(picture);
    return { json, bucket: picture.bucket, bytes: json.length };
  };
  if (!scope.whole) return make();
  const versions: number[] = [];
  for (let day = scope.from; day <= scope.to; day++) versions.push(scope.version(day));
  const { page, kind, bucket } = query;
  const key = JSON.stringify(["picture", scope.site, scope.period, page, kind, bucket]);
  return scope.remembered.get(key, versions.join(), make);
}

function pictureOf(scope: Scope, query: HeatQuery): HeatmapPicture {
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
