import { stat } from "node:fs/promises";
import { join } from "node:path";
import { atPace } from "../http/at-pace.mjs";
import { measure, medians } from "../http/measure.mjs";
import { withPostgres } from "../http/postgres.mjs";
import { heatRequests, isothermRequests } from "../http/requests.mjs";
import { eventsPerBatch, visitorsOf, visits } from "../http/visits.mjs";
import { inFolder } from "../in-folder.mjs";
import { takeTurns } from "../interleave.mjs";
import { starting } from "./contenders.mjs";
import { fill } from "./fill.mjs";
import { section } from "./section.mjs";
import { checkHeatCollector, checkIsotherm, checkPostgres } from "./stored.mjs";

const steady = new URL("steady.mjs", import.meta.url);
const mostCounted = 10_000;
/** Of heat-collector, which takes as long for each as others for dozens. */
const heatWarmUp = 50;
const heatCounted = 250;
const atRateRounds = 5;

/**
 * How fast batches are taken in, on SQLite and on PostgreSQL, beside another collector, beside a server that only validates,
 * and on a store that holds about so many events already. No round counts more than so many batches.
 *
 * @param {{ print: (line: string) => void, events: number, batches: number }} options
 */
export async function ingest(options) {
  return (await withPostgres((postgres) => measureAll(options, postgres))) ?? measureAll(options, null);
}

async function measureAll({ print, events, batches: wanted }, postgres) {
  const counted = Math.min(wanted, mostCounted);
  const warmUp = Math.ceil(counted / 5);
  const views = visits({ count: warmUp + counted });
  const ids = views.map(({ id }) => id);
  const requests = isothermRequests(views);
  const heat = heatRequests(views.slice(0, heatWarmUp + heatCounted));
  const bare = (folder) => measure({ start: starting("fastify-ajv", folder), requests, warmUp });
  const whole = (folder) =>
    measure({
      start: starting("isotherm", folder),
      ...{ requests, warmUp, settle: true, check: () => checkIsotherm(folder, ids) },
    });
  const onPostgres = (folder) =>
    postgres.inDatabase(({ url, name }) =>
      measure({
        start: starting("isotherm", folder, { database: url }),
        ...{ requests, warmUp, settle: true, databaseCpu: postgres.cpu },
        check: () => checkPostgres((sql) => postgres.query(sql, name), ids),
      }),
    );

  return inFolder(async (large) => {
    const filling = Math.ceil(events / eventsPerBatch);
    print(`ingest: filling a store with ${(filling * eventsPerBatch).toLocaleString("en")} events`);
    let visitors = await fill(large, filling);
    const { size } = await stat(join(large, "isotherm.db"));
    let batches = filling;
    const onLarge = async () => {
      const more = visits({ count: warmUp + counted, from: visitors });
      visitors += visitorsOf(more.length);
      const check = () =>
        checkIsotherm(
          large,
          more.map(({ id }) => id),
          batches,
        );
      const run = {
        start: starting("isotherm", large),
        requests: isothermRequests(more),
        warmUp,
        settle: true,
        check,
      };
      const result = await measure(run);
      batches += more.length;
      return result;
    };

    const contenders = {
      heat: () =>
        inFolder((folder) => {
          const check = () => checkHeatCollector(folder, heat.length);
          return measure({ start: starting("heat-collector", folder), requests: heat, warmUp: heatWarmUp, check });
        }),
      intake: () =>
        inFolder((folder) => {
          const check = () => checkIsotherm(folder, ids);
          return measure({ start: starting("isotherm", folder, { mode: "held" }), requests, warmUp, check });
        }),
      whole: () => inFolder(whole),
      large: onLarge,
      ...(postgres && { postgres: () => inFolder(onPostgres) }),
      bare: () => inFolder(bare),
    };
    print(`ingest: five rounds of ${Object.keys(contenders).length} contenders`);
    const results = await takeTurns(contenders);
    const figures = Object.fromEntries(Object.entries(results).map(([name, runs]) => [name, medians(runs)]));

    const rate = Math.floor(figures.whole.rate * 0.8);
    print(`ingest: ${atRateRounds} rounds at ${rate} batches a second`);
    const paced = await takeTurns(
      { whole: () => atPace(steady, ["isotherm", rate]), bare: () => atPace(steady, ["fastify-ajv", rate]) },
      atRateRounds,
    );
    const atRate = Object.fromEntries(Object.entries(paced).map(([name, runs]) => [name, medians(runs)]));
    return section({
      figures,
      atRate,
      rate,
      rounds: atRateRounds,
      postgres: postgres?.version,
      bytesPerEvent: size / (filling * eventsPerBatch),
      filling,
    });
  });
}
