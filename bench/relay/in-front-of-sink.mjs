import { startServer, withServer } from "../http/server.mjs";
import { inFolder } from "../in-folder.mjs";

const contender = (name) => new URL(`contenders/${name}.mjs`, import.meta.url);
const files = {
  durable: contender("relay"),
  memory: contender("relay"),
  "reply-from": contender("reply-from"),
  "http-proxy": contender("http-proxy"),
  nginx: contender("nginx"),
  bare: new URL("../http/fastify-ajv.mjs", import.meta.url),
};

/** As the relay's image has it. */
export const relayFlags = ["--max-semi-space-size=4", "--v8-pool-size=1"];

/**
 * Works with a sink and with what starts a contender in front of it, in a folder of its own; both are new each time.
 *
 * @template Result
 * @param {string} name
 * @param {(parts: { start: () => Promise<Awaited<ReturnType<typeof startServer>>>, sink: Awaited<ReturnType<typeof startServer>> }) => Promise<Result>} work
 */
export const inFrontOfSink = (name, work) =>
  inFolder((folder) =>
    withServer(
      () => startServer(new URL("sink.mjs", import.meta.url)),
      (sink) => work({ sink, start: () => startServer(files[name], [folder, sink.url, name], flagsOf(name)) }),
    ),
  );

const flagsOf = (name) => (name === "durable" || name === "memory" ? relayFlags : []);

/** Starts a durable relay in front of any collector, whenever it is called. */
export const startRelay = (folder, url) => () => startServer(files.durable, [folder, url, "durable"], relayFlags);

/** Throws unless exactly the batches with these ids arrived at the sink; each once, unless an outage made it unclear. */
export async function checkArrived(sink, ids, { again: mayComeAgain = false } = {}) {
  const { ids: arrived, again } = await sink.ask("arrived");
  const there = new Set(arrived);
  const found = ids.filter((id) => there.has(id)).length;
  if (found !== ids.length || there.size !== ids.length || (again > 0 && !mayComeAgain))
    throw new Error(`of ${ids.length} acknowledged batches ${found} arrived, among ${there.size}, and ${again} again`);
  return again;
}
