import type { KeyScope } from "../store/people.js";
import type { AnswerTexts, SiteQuery } from "../store/queries.js";
import type { QueryShape, QueryValues } from "./query/read-query.js";

/** A question about one site, at `/v1/sites/:id/<name>`. */
export interface SiteQuestion {
  readonly name: string;
  readonly summary: string;
  readonly shape: QueryShape;
  /** The named schema of its answer. */
  readonly answer: string;
  /** What a key needs for it. @default "stats" */
  readonly scope?: KeyScope;
  run(queries: AnswerTexts, query: SiteQuery, values: QueryValues): Promise<string>;
}

/** The place in a list that is asked for; null for its beginning. */
export const cursorOf = ({ cursor }: QueryValues): string | null => (cursor === undefined ? null : String(cursor));
