import type { VisitorPart } from "../store/people.js";
import type { Queries } from "../store/queries.js";

/**
 * All that is kept of a visitor as the text of one JSON document, read from the store as fast as it is sent. Throws where the
 * store goes away in between, so that what was sent so far is no whole document.
 */
export async function* visitorText(
  queries: Pick<Queries, "visitor">,
  {
    site,
    visitor,
    at,
    first,
  }: { readonly site: string; readonly visitor: string; readonly at: number; readonly first: VisitorPart },
): AsyncGenerator<string> {
  const { people = [], visits = [] } = first;
  const head = JSON.stringify({ site, visitor, at, people, visits });
  yield `${head.slice(0, -1)},"batches":[`;
  const tabs = new Map<string, object>();
  const snapshots = new Map<string, object>();
  let comma = "";
  for (let part = first; ; ) {
    for (const batch of part.batches) {
      yield comma + JSON.stringify(batch);
      comma = ",";
    }
    for (const tab of part.tabs) tabs.set(JSON.stringify(tab), tab);
    for (const snapshot of part.snapshots) snapshots.set(snapshot.ref, snapshot);
    if (part.next === null) break;
    part = await queries.visitor({ site, visitor, after: part.next });
  }
  yield `],"tabs":${JSON.stringify([...tabs.values()])},"snapshots":${JSON.stringify([...snapshots.values()])}}`;
}
