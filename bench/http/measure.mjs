import { median } from "../interleave.mjs";
import { load } from "./load.mjs";
import { withServer } from "./server.mjs";

/**
 * Starts a contender, sends it the requests and gives what it took: batches a second, milliseconds of processor time per
 * batch, quantiles of the answers' milliseconds, bytes of memory at rest and at most. The first `warmUp` requests are not
 * counted. With `settle`, a batch is only done when it is where it belongs; `answered` is the rate of the answers alone.
 * `databaseCpu` gives the milliseconds of processor time so far of a database server that works for the contender.
 */
export async function measure(options) {
  const { start, requests, warmUp, settle = false, check = () => undefined, databaseCpu = async () => 0 } = options;
  return withServer(start, async (server) => {
    const { now: rest } = await server.memory();
    await load(server.url, requests.slice(0, warmUp));
    if (settle) await server.settled();
    const batches = requests.slice(warmUp);
    const before = { server: await server.cpu(), database: await databaseCpu() };
    const started = performance.now();
    const { seconds, p50, p99 } = await load(server.url, batches);
    if (settle) await server.settled();
    const taken = settle ? (performance.now() - started) / 1_000 : seconds;
    const cpu = ((await server.cpu()) - before.server) / batches.length;
    const ofDatabase = ((await databaseCpu()) - before.database) / batches.length;
    const { most } = await server.memory();
    await server.settled();
    await check();
    const rates = { rate: batches.length / taken, answered: batches.length / seconds };
    return { ...rates, cpu, databaseCpu: ofDatabase, p50, p99, rest, most };
  });
}

/**
 * The same under a load that comes at its own pace, and goes on so when the server is warm. What was acknowledged is checked
 * once it is settled; `behind` is the seconds that this took after the last answer.
 */
export async function measureAt({ start, requests, warmUp, rate, check = () => undefined }) {
  return withServer(start, async (server) => {
    const { now: rest } = await server.memory();
    let before;
    // Without a break: what 50 new lines and a projector that rests would cost is no part of a steady load.
    const warm = () => {
      before = server.cpu();
    };
    const { p50, p99 } = await load(server.url, requests, { rate, warmUp, warm });
    const cpu = ((await server.cpu()) - (await before)) / (requests.length - warmUp);
    const answered = performance.now();
    await server.settled();
    const behind = (performance.now() - answered) / 1_000;
    const { most } = await server.memory();
    await check();
    return { rate, cpu, p50, p99, rest, most, behind };
  });
}

/** The median of every figure of several runs. */
export function medians(runs) {
  const [first] = runs;
  return Object.fromEntries(Object.keys(first).map((field) => [field, median(runs.map((run) => run[field]))]));
}
