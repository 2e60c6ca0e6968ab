import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { uuidv7 } from "@isotherm/protocol";
import { messageId, sign } from "@isotherm/protocol/signature";
import { load } from "../http/load.mjs";
import { withServer } from "../http/server.mjs";
import { inFolder } from "../in-folder.mjs";
import { starting } from "../ingest/contenders.mjs";
import { checkIsotherm } from "../ingest/stored.mjs";
import { concurrency } from "./concurrency.mjs";
import { drain } from "./drain.mjs";
import { fill } from "./fill.mjs";
import { idsIn } from "./ids-in.mjs";
import { startRelay } from "./in-front-of-sink.mjs";
import { relayKey } from "./relay-key.mjs";

/** How often a turn of the collector alone goes through the requests. */
const times = 2;

/**
 * Fills a durable relay while an Isotherm collector is away, and measures how fast that gets the backlog when it is back,
 * beside what it takes of signed requests of the same form. Its projector is held back meanwhile: what counts is the intake.
 */
export function intoCollector({ batches, requests, print }) {
  return inFolder(async (folder) => {
    const [collectorFolder, relayFolder] = [join(folder, "collector"), join(folder, "relay")];
    await mkdir(collectorFolder);
    const collectorAt = (port) => starting("isotherm", collectorFolder, { mode: "held", port });
    const first = await collectorAt(0)();
    const { url } = first;
    return withServer(startRelay(relayFolder, url), async (relay) => {
      await first.stop();
      const { ids } = await fill(relay, batches, print);
      let extra = 0;
      const result = await withServer(collectorAt(new URL(url).port), async (collector) => {
        const drained = await drain({
          relay,
          count: () => collector.ask("count"),
          batches,
          alone: () => alone(collector.url, requests),
        });
        ({ extra } = drained);
        await relay.settled();
        await collector.settled();
        return drained;
      });
      checkIsotherm(collectorFolder, ids, extra);
      return { ...result, batches };
    });
  });
}

async function alone(url, requests) {
  const many = await Promise.all(Array.from({ length: times }, () => requests.map(signedAnew)).flat());
  const sent = many.reduce((sum, { body }) => sum + idsIn(body).length, 0);
  const { seconds } = await load(url, many, { lines: concurrency });
  return { rate: sent / seconds, sent };
}

/** The same request with batches of other ids, which the collector has not seen. */
async function signedAnew({ path, headers, body }) {
  const text = body.toString().replace(/"id":"[^"]+","tab":/g, () => `"id":"${uuidv7(Date.now())}","tab":`);
  const bytes = Buffer.from(text);
  const id = await messageId(idsIn(bytes));
  const signature = await sign({
    ...{ id, timestamp: Math.floor(Date.now() / 1_000), body: bytes, secrets: [relayKey.secret] },
  });
  return { path, headers: { ...headers, ...signature, "relay-key-id": relayKey.id }, body: bytes };
}
