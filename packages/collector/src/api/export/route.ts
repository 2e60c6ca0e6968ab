import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { CollectorError } from "../../collector-error.js";
import {
  type ExportModel,
  type ExportPage,
  type ExportQuery,
  exportColumns,
  exportModels,
} from "../../store/export.js";
import { bodyOf } from "../body-of.js";
import { rangeParameters } from "../query/parameters.js";
import { rangeOf } from "../query/range.js";
import type { QueryShape } from "../query/read-query.js";
import type { ApiParts } from "../routes.js";
import { siteRoute } from "../site-route.js";
import { csvLine } from "./csv.js";

const shape: QueryShape = {
  type: "object",
  additionalProperties: false,
  required: ["model"],
  properties: {
    ...rangeParameters,
    model: { type: "string", enum: exportModels, description: "what a row is" },
    format: {
      type: "string",
      enum: ["csv", "ndjson"],
      default: "csv",
      description: "CSV with a header, or JSON lines",
    },
  },
};

/** Rows that lie in memory at once. */
const atOnce = 2_000;

type Line = (cells: ExportPage["rows"][number]) => string;

/** `GET /v1/sites/:id/export`: every row of a period as a file, read in pages as fast as whoever asked takes them. */
export function exportRoute(app: FastifyInstance, parts: ApiParts): void {
  const { store, now } = parts;
  siteRoute(app, parts, {
    operation: "export",
    summary: "Visits, page views, events or days of a period, as CSV or JSON lines",
    description:
      "Streamed, and with gzip where Accept-Encoding asks for it. Page by page: what arrives meanwhile may be in it. A connection that is cut off says that it is not whole.",
    shape,
    scope: ({ model }) => (model === "days" ? "stats" : "visitors"),
    response: {
      200: {
        description: "The rows",
        content: {
          "text/csv": { schema: { type: "string" } },
          "application/x-ndjson": { schema: { type: "string" } },
        },
      },
    },
    async answer({ request, reader, site, values, still }, reply) {
      const range = rangeOf(values, site.timeZone, now());
      const query = { site: site.id, model: values.model as ExportModel, range, limit: atOnce } as const;
      const ask = async (after: string | null): Promise<ExportPage> => {
        if (!still()) throw new CollectorError("token_invalid", "the key of this export is worth nothing any more");
        return store.queries.exportPage({ ...query, after });
      };
      if (query.model !== "days") {
        const detail = `${query.model}, ${range.from} to ${range.to}`;
        const noted = { at: now(), actor: reader.actor, site: site.id, subject: null, detail };
        await store.note({ ...noted, action: "visits_exported" });
      }
      // Whatever can be refused is, before the answer begins.
      const first = await ask(null);
      const name = [site.id.replaceAll(/[^\w.-]/g, "_"), query.model, range.from, range.to].join("-");
      reply
        .header("cache-control", "no-store")
        .header("vary", "Authorization, Accept-Encoding")
        .header("content-disposition", `attachment; filename="${name}.${values.format}"`)
        .type(
          values.format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8",
        );
      const lines = values.format === "csv" ? csv(query, first, ask) : ndjson(query, first, ask);
      const wanted = /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i;
      const zipped = wanted.test(request.headers["accept-encoding"] ?? "");
      if (zipped) reply.header("content-encoding", "gzip");
      return reply.send(bodyOf(request, () => stream(lines, zipped)));
    },
  });
}

type Ask = (after: string | null) => Promise<ExportPage>;

async function* csv({ model }: Pick<ExportQuery, "model">, first: ExportPage, ask: Ask): AsyncGenerator<string> {
  yield csvLine(exportColumns[model]);
  yield* pages(first, ask, csvLine);
}

async function* ndjson({ model }: Pick<ExportQuery, "model">, first: ExportPage, ask: Ask): AsyncGenerator<string> {
  const columns = exportColumns[model];
  yield* pages(
    first,
    ask,
    (cells) => `${JSON.stringify(Object.fromEntries(columns.map((name, n) => [name, cells[n]])))}\n`,
  );
}

async function* pages(first: ExportPage, ask: Ask, line: Line): AsyncGenerator<string> {
  for (let page = first; ; page = await ask(page.next)) {
    if (page.rows.length > 0) yield page.rows.map(line).join("");
    if (page.next === null) return;
  }
}

/** Reads no page before the one before it is on its way. */
function stream(lines: AsyncGenerator<string>, zipped: boolean): Readable {
  const source = Readable.from(lines, { highWaterMark: 1 });
  if (!zipped) return source;
  const gzip = createGzip();
  // Each ends with the other: a store that fails, and somebody who hangs up.
  source.on("error", (error) => gzip.destroy(error));
  gzip.on("close", () => source.destroy());
  return source.pipe(gzip);
}
