import { load } from "../http/load.mjs";
import { isothermRequests } from "../http/requests.mjs";
import { withServer } from "../http/server.mjs";
import { visitorsOf, visits } from "../http/visits.mjs";
import { median } from "../interleave.mjs";
import { concurrency } from "./concurrency.mjs";
import { idsIn } from "./ids-in.mjs";
import { checkArrived, inFrontOfSink } from "./in-front-of-sink.mjs";

/** Batches made at a time: all of an outage would not fit in memory. */
const atATime = 10_000;
const parts = 5;
/** Requests of the drain that the sink alone gets, and how often in a turn. */
const kept = 40;
const times = 10;

/**
 * The sink goes away, the durable relay takes `batches` meanwhile, and the sink comes back. The drain is measured in five
 * parts; after each the relay stands still, and the sink alone gets requests that the relay made.
 */
export function outage({ batches, print }) {
  return inFrontOfSink("durable", ({ sink, start }) =>
    withServer(start, async (relay) => {
      await sink.ask("away");
      const { ids, rate, resident } = await fill(relay, batches, print);
      await sink.ask("back", { keep: kept });
      const { extra, ...drained } = await drain(relay, sink, batches);
      await relay.settled();
      const again = await checkArrived(sink, ids, { again: true });
      const { most } = await relay.memory();
      return { ...drained, batches, rate, again: again - extra, memory: { ...resident, most } };
    }),
  );
}

async function fill(relay, batches, print) {
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
    if (ids.length <= batches / 10) early = now;
    if (ids.length % (atATime * 10) === 0) print(`relay: ${ids.length} batches wait, ${Math.round(now / 1e6)} MB`);
  }
  const { now: end } = await relay.memory();
  return { ids, rate: batches / seconds, resident: { start, early, end } };
}

async function drain(relay, sink, batches) {
  const shares = [];
  const alone = [];
  let requests;
  let extra = 0;
  let taken = 0;
  const cpuBefore = await relay.cpu();
  const came = async (wanted) => {
    for (;;) {
      const count = (await sink.ask("count")) - extra;
      if (count >= wanted) return count;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await came(1);
  for (let part = 1; part <= parts; part++) {
    const [from, started] = [await came(1), performance.now()];
    const to = await came(Math.floor((batches * part) / parts));
    const seconds = (performance.now() - started) / 1_000;
    relay.pause();
    shares.push((to - from) / seconds);
    requests ??= (await sink.ask("kept")).map(requestOf);
    taken = requests.reduce((sum, { body }) => sum + idsIn(body).length, 0);
    const many = Array.from({ length: times }, () => requests).flat();
    const { seconds: aloneFor } = await load(sink.url, many, { lines: concurrency });
    alone.push((taken * times) / aloneFor);
    extra += taken * times;
    relay.resume();
  }
  const cpu = ((await relay.cpu()) - cpuBefore) / batches;
  return { extra, drain: median(shares), alone: median(alone), cpu, perRequest: taken / requests.length };
}

const requestOf = ({ path, body }) => ({
  path,
  headers: { "content-type": "application/json" },
  body: Buffer.from(body, "base64"),
});
