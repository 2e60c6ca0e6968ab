import { uuidv7 } from "@isotherm/protocol";
import { edgeOf, fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { site } from "../query/world.mjs";

/** Batches of one page view. */
export const perView = 50;

/** When the visit begins, in ms since 1970: early in its site's day, of which it takes less than a quarter. */
export const begins = Date.UTC(2026, 10, 23, 6);

const apart = 2_000;

/** The nth batch of one visitor who does not stop: a page view, or a click on it. */
export function further(n) {
  const at = begins + n * apart;
  const view = Math.floor(n / perView);
  return sealedBatchOf({
    ...{ id: uuidv7(at), tab: "tab", seq: n, at, visitor: "somebody" },
    page: pageOf({ id: `view-${view}`, url: `${site.origins[0]}/page-${view % 20}`, referrer: "" }),
    events: n % perView === 0 ? [{ ...fixtures.page, t: 0 }] : [{ ...fixtures.click, t: 0, n: n % perView }],
    edge: edgeOf({ at: at + 200, visitor: "somebody-today" }),
  });
}
