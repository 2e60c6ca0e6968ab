import { load } from "./load.mjs";
import { startServer } from "./server.mjs";

/**
 * Starts a contender on a folder, sends it the requests and gives what it took: batches a second, milliseconds of
 * processor time per batch, quantiles of the answers' milliseconds, bytes of memory at rest and at most. The first
 * `warmUp` requests are not counted. With `settle`, a batch is only done when it is in the models.
 */
export async function measure({ contender, mode, folder, requests, warmUp, settle = false, check = () => undefined }) {
  return withServer({ contender, mode, folder }, async (server) => {
    const { now: rest } = await server.memory();
    await load(server.url, requests.slice(0, warmUp));
    if (settle) await server.settled();
    const batches = requests.slice(warmUp);
    const before = await server.cpu();
    const started = performance.now();
    const { seconds, p50, p99 } = await load(server.url, batches);
    if (settle) await server.settled();
    const taken = settle ? (performance.now() - started) / 1_000 : seconds;
    const cpu = ((await server.cpu()) - before) / batches.length;
    const { most } = await server.memory();
    await server.settled();
    check();
    return { rate: batches.length / taken, cpu, p50, p99, rest, most };
  });
}

/**
 * The same under a load that comes at its own pace, and comes so from the warming up on. What was acknowledged is checked
 * once it is settled; `behind` is the seconds that this took after the last answer.
 */
export async function measureAt({ contender, folder, requests, warmUp, rate, check = () => undefined }) {
  return withServer({ contender, folder }, async (server) => {
    const { now: rest } = await server.memory();
    await load(server.url, requests.slice(0, warmUp), rate);
    const before = await server.cpu();
    const batches = requests.slice(warmUp);
    const { p50, p99 } = await load(server.url, batches, rate);
    const cpu = ((await server.cpu()) - before) / batches.length;
    const answered = performance.now();
    await server.settled();
    const behind = (performance.now() - answered) / 1_000;
    const { most } = await server.memory();
    check();
    return { rate, cpu, p50, p99, rest, most, behind };
  });
}

async function withServer({ contender, mode, folder }, work) {
  const server = await startServer(contender, folder, mode);
  try {
    const result = await work(server);
    await server.stop();
    return result;
  } catch (error) {
    server.kill();
    throw error;
  }
}
