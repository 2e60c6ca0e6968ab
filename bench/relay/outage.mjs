import { load } from "../http/load.mjs";
import { withServer } from "../http/server.mjs";
import { concurrency } from "./concurrency.mjs";
import { drain } from "./drain.mjs";
import { fill } from "./fill.mjs";
import { idsIn } from "./ids-in.mjs";
import { checkArrived, inFrontOfSink } from "./in-front-of-sink.mjs";

/** Requests of the drain that the sink alone gets, and how often in a turn. */
const kept = 40;
const times = 10;

/**
 * The sink goes away, the durable relay takes `batches` meanwhile, and the sink comes back. Gives what the drain took, the
 * memory of it all, and some of the requests that the relay made.
 */
export function outage({ batches, print }) {
  return inFrontOfSink("durable", ({ sink, start }) =>
    withServer(start, async (relay) => {
      await sink.ask("away");
      const { ids, rate, resident } = await fill(relay, batches, print);
      await sink.ask("back", { keep: kept });
      let requests;
      const alone = async () => {
        requests ??= (await sink.ask("kept")).map(requestOf);
        const sent = requests.reduce((sum, { body }) => sum + idsIn(body).length, 0) * times;
        const many = Array.from({ length: times }, () => requests).flat();
        const { seconds } = await load(sink.url, many, { lines: concurrency });
        return { rate: sent / seconds, sent };
      };
      const { extra, ...drained } = await drain({ relay, count: () => sink.ask("count"), batches, alone });
      await relay.settled();
      const again = await checkArrived(sink, ids, { again: true });
      const { most } = await relay.memory();
      return { ...drained, batches, rate, requests, again: again - extra, memory: { ...resident, most } };
    }),
  );
}

const requestOf = ({ path, body }) => ({
  path,
  headers: { "content-type": "application/json" },
  body: Buffer.from(body, "base64"),
});
