import { atPace } from "../http/at-pace.mjs";
import { measure, medians } from "../http/measure.mjs";
import { isothermRequests } from "../http/requests.mjs";
import { visits } from "../http/visits.mjs";
import { takeTurns } from "../interleave.mjs";
import { checkArrived, inFrontOfSink } from "./in-front-of-sink.mjs";
import { intoCollector } from "./into-collector.mjs";
import { nginxVersion } from "./nginx-version.mjs";
import { outage } from "./outage.mjs";
import { section } from "./section.mjs";

const steady = new URL("steady.mjs", import.meta.url);
const warmUp = 2_000;
const counted = 10_000;
/** Batches at most that wait for a real collector, which is slower than the sink. */
const atCollector = 30_000;

const mediansOf = (results) => Object.fromEntries(Object.entries(results).map(([name, runs]) => [name, medians(runs)]));

/** How fast batches are taken and handed on, beside proxies that keep nothing, and what an outage of the target costs. */
export async function relay({ print, batches }) {
  const views = visits({ count: warmUp + counted });
  const ids = views.map(({ id }) => id);
  const requests = isothermRequests(views);
  const nginx = nginxVersion();

  /** Done is a batch only when it is at the sink; of proxies, that is when they answer. */
  const handingOn = (name) => () =>
    inFrontOfSink(name, ({ sink, start }) =>
      measure({ start, requests, warmUp, settle: true, check: () => checkArrived(sink, ids) }),
    );
  const contenders = {
    durable: handingOn("durable"),
    memory: handingOn("memory"),
    "reply-from": handingOn("reply-from"),
    "http-proxy": handingOn("http-proxy"),
    ...(nginx && { nginx: handingOn("nginx") }),
    bare: () => inFrontOfSink("bare", ({ start }) => measure({ start, requests, warmUp })),
  };
  print(`relay: five rounds of ${Object.keys(contenders).length} contenders`);
  const figures = mediansOf(await takeTurns(contenders));

  const rate = Math.floor(figures.durable.rate * 0.8);
  print(`relay: five rounds at ${rate} batches a second`);
  const atRate = mediansOf(
    await takeTurns({
      durable: () => atPace(steady, ["durable", rate]),
      "reply-from": () => atPace(steady, ["reply-from", rate]),
    }),
  );

  print(`relay: ${batches} batches while the target is away`);
  const { requests: made, ...away } = await outage({ batches, print });
  const toCollector = { batches: Math.min(batches, atCollector), requests: made, print };
  return section({ figures, rate, atRate, nginx, away, collector: await intoCollector(toCollector) });
}
