import { load } from "../http/load.mjs";
import { isothermRequests } from "../http/requests.mjs";
import { visitorsOf, visits } from "../http/visits.mjs";

/** Batches made at a time: all of an outage would not fit in memory. */
const atATime = 10_000;

/**
 * Sends a relay so many batches, as fast as answers come. Gives their ids, the rate, and the bytes of memory that it took
 * at the start, after a tenth and at the end.
 */
export async function fill(relay, batches, print) {
  const { now: start } = await relay.memory();
  const ids = [];
  let seconds = 0;
  let early = start;
  let visitors = 0;
  while (ids.length < batches) {
    const views = visits({ count: Math.min(atATime, batches - ids.length), from: visitors });
    visitors += visitorsOf(views.length);
    seconds += (await load(relay.url, isothermRequests(views))).seconds;
    for (const { id } of views) ids.push(id);
    const { now } = await relay.memory();
    if (early === start && ids.length >= batches / 10) early = now;
    if (ids.length % (atATime * 10) === 0) print(`relay: ${ids.length} batches wait, ${Math.round(now / 1e6)} MB`);
  }
  const { now: end } = await relay.memory();
  return { ids, rate: batches / seconds, resident: { start, early, end } };
}
