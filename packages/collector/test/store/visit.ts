import type { Edge, Event, Page, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";

/** One batch of a made-up visit: the pages' paths, each a minute after the other, and what else happens on the first. */
export interface VisitOptions {
  readonly visitor: string;
  readonly at: number;
  readonly pages?: readonly string[];
  readonly events?: readonly Event[];
  readonly stored?: boolean;
  readonly user?: string;
  readonly page?: Partial<Page>;
  readonly edge?: Partial<Edge>;
}

let visits = 0;

/** The batches of a visit, one for each page view. */
export function visitOf(options: VisitOptions): readonly SealedBatch[] {
  const { visitor, at, pages = ["/"], events = [], stored = false, user, page, edge } = options;
  const name = `visit-${visits++}`;
  return pages.map((path, n) =>
    sealedBatchOf({
      ...{ tab: name, seq: n, at: at + n * 60_000, ...(stored && { visitor }), ...(user !== undefined && { user }) },
      page: pageOf({ id: `${name}-${n}`, url: `https://shop.example${path}`, referrer: "", title: path, ...page }),
      events: [{ ...fixtures.page, t: 0 }, ...(n === 0 ? events : [])],
      edge: edgeOf({ at: at + n * 60_000 + 200, visitor, ...edge }),
    }),
  );
}
