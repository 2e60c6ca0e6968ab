import { measure } from "../http/measure.mjs";
import { isothermRequests } from "../http/requests.mjs";
import { visitorsOf, visits } from "../http/visits.mjs";
import { starting } from "./contenders.mjs";

/** Requests that are held in memory at once, full visits each. */
const piece = 20_000;
const days = 10;

/** Fills a folder with so many batches through the intake, over some days. Resolves to the number of visitors. */
export async function fill(folder, batches) {
  let visitors = 0;
  for (let first = 0; first < batches; first += piece) {
    const count = Math.min(piece, batches - first);
    const requests = isothermRequests(visits({ count, from: visitors, days, first, all: batches }));
    await measure({ start: starting("isotherm", folder), requests, warmUp: 0, settle: true });
    visitors += visitorsOf(count);
  }
  return visitors;
}
