import type { IncomingMessage, ServerResponse } from "node:http";
import { dashboardFolder } from "@isotherm/dashboard";
import type { FastifyBaseLogger, FastifyPluginAsync } from "fastify";
import { pino } from "pino";
import { realtimeStreams } from "./api/realtime-streams.js";
import { buckets } from "./auth/buckets.js";
import { byNetwork } from "./auth/by-network.js";
import { tokens } from "./auth/tokens.js";
import { saltKeeper } from "./briefing/salt-keeper.js";
import { CollectorError } from "./collector-error.js";
import { foldedOf } from "./health/folded.js";
import { type CollectorHealth, healthOf } from "./health/health.js";
import { addressReader } from "./intake/client-address.js";
import { heatCounters } from "./intake/foreign/heat-counters.js";
import { room } from "./intake/room.js";
import { meters } from "./metrics/meters.js";
import type { CollectorOptions } from "./options.js";
import { readingLog } from "./privacy/reading-log.js";
import { sweepKeeper } from "./privacy/sweep-keeper.js";
import { beforeInsert } from "./project/before-insert.js";
import { createProjector } from "./project/projector.js";
import { readyStore } from "./registry/ready-store.js";
import { registryKeeper } from "./registry/registry-keeper.js";
import { schemaKeeper } from "./registry/schema-keeper.js";
import { snapshot } from "./registry/snapshot.js";
import { collectorFaces } from "./server/faces.js";
import { collectorPlugin } from "./server/plugin.js";
import { snapshotKeeper } from "./snapshot/snapshot-keeper.js";

/** A collector that runs: it takes batches, projects them and answers questions. */
export interface Collector {
  /** Everything that it answers over HTTP, for `fastify.register`, with or without a prefix. */
  readonly plugin: FastifyPluginAsync;
  /**
   * The same for Express, Connect and NestJS: `app.use(collector.router)`, at a path or at the root, before anything that
   * reads bodies. What the collector does not serve goes to `next`.
   */
  readonly router: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
  /** The same for whoever has a request and wants it answered, whatever it is: resolves once it was. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly logger: FastifyBaseLogger;
  health(): Promise<CollectorHealth>;
  /** Prometheus' text. */
  metrics(): Promise<string>;
  /** Asks the store for its sites and keys now, instead of at the next poll. */
  refresh(): Promise<void>;
  /** Resolves once everything that was acknowledged before the call can be queried. */
  settled(): Promise<void>;
  /** Resolves once everything is deleted that was not to be kept at the call. */
  swept(): Promise<void>;
  /**
   * Refuses batches with 503 from the call on, and resolves once the requests under way in `router` and `handler` are
   * answered and the projector has stopped after its chunk. The journal and the store stay open: whoever opened them closes
   * them then. A second close is harmless.
   */
  close(): Promise<void>;
}

/** Shorter ones can be guessed. */
const adminKeyLength = 24;

/**
 * Starts a collector. It also starts while the store is away, on the snapshot of keys, and catches up when the store is
 * back with a schema that is up to date; until then nothing is read from it or written to it. Rejects with `schema_ahead`
 * when the store was written by newer code, and `options_invalid` for options that cannot be.
 */
export async function createCollector(options: CollectorOptions): Promise<Collector> {
  const {
    folder,
    journal,
    store,
    name = "collector",
    migrate = true,
    trustProxy = [],
    countryHeader,
    regionHeader,
    cityHeader,
    requestsPerMinute = 600,
    eventsPerMinute = 600_000,
    intakeBytes = 33_554_432,
    failuresPerMinute = 30,
    pollEvery = 2_000,
    streams = 100,
    snapshots = {},
    dashboard = true,
    onBeforeInsert,
    adminKey = null,
    auth = {},
    logger = pino({ level: "silent" }),
    now = Date.now,
  } = options;
  if (adminKey !== null && adminKey.length < adminKeyLength)
    throw new CollectorError("options_invalid", `adminKey has to have ${adminKeyLength} characters at least`);
  const positive = { requestsPerMinute, eventsPerMinute, intakeBytes, failuresPerMinute, pollEvery };
  for (const [field, value] of Object.entries(positive))
    if (!(value > 0)) throw new CollectorError("options_invalid", `${field} has to be above 0`);
  if (!(Number.isInteger(streams) && streams >= 0))
    throw new CollectorError("options_invalid", "streams has to be a whole number, from 0 up");
  const addresses = addressReader(trustProxy);

  const schema = schemaKeeper(migrate ? () => store.migrate() : async () => undefined);
  await schema.start();
  const ready = readyStore(store, schema.ready);
  const registry = await registryKeeper({
    load: () => ready.registry(),
    snapshot: snapshot(folder),
    pollEvery,
    logger,
  });
  const salts = saltKeeper({ store: ready, registry, now });
  const meter = meters();
  const prepare = onBeforeInsert && beforeInsert(onBeforeInsert, { meters: meter, logger });
  const projector = createProjector({ journal, store: ready, folder, name, now, logger, ...(prepare && { prepare }) });
  const failures = byNetwork(buckets({ perMinute: failuresPerMinute, now }));
  const sweeping = sweepKeeper({ store: ready, projector, now, logger });
  const kept = snapshotKeeper({ store: ready, options: snapshots, now, logger });
  const heat = heatCounters();
  const bodies = room(intakeBytes);
  const live = realtimeStreams({ most: streams });
  let closed: Promise<void> | null = null;
  const closing = (): boolean => closed !== null;

  const health = (): Promise<CollectorHealth> =>
    healthOf({
      journal,
      store: ready,
      registry,
      meters: meter,
      room: bodies,
      projector: () => projector.health(),
      now,
      closing,
    });
  const proof = { registry, failures, now };
  const plugin = collectorPlugin({
    intake: {
      ...proof,
      journal,
      room: bodies,
      salts,
      addresses,
      requests: byNetwork(buckets({ perMinute: requestsPerMinute, now })),
      events: buckets({
        perMinute: eventsPerMinute,
        perMinuteOf: (key) => registry.current()?.quota(key),
        now,
      }),
      tokens: tokens(auth, { failures, now }),
      meters: meter,
      snapshots: kept,
      heat,
      countryHeader: countryHeader?.toLowerCase(),
      regionHeader: regionHeader?.toLowerCase(),
      cityHeader: cityHeader?.toLowerCase(),
      closing,
    },
    briefing: { ...proof, salts, addresses },
    api: { ...proof, store: ready, addresses, heat, streams: live, readings: readingLog({ store: ready, now }) },
    tenancy: { ...proof, store: ready, addresses, adminKey, room: bodies },
    privacy: { ...proof, store: ready, addresses, adminKey, hurry: sweeping.hurry },
    health,
    dashboard: dashboard ? dashboardFolder : null,
  });

  const faces = collectorFaces({ plugin, logger });

  return {
    plugin,
    router: faces.router,
    handler: faces.handler,
    logger,
    health,
    metrics: async () => meter.scrape(await health(), await foldedOf(ready)),
    refresh: () => registry.refresh(),
    settled: () => projector.settled(),
    swept: () => sweeping.settled(),
    close() {
      closed ??= (async () => {
        live.close();
        const registryClosed = registry.close();
        salts.close();
        kept.close();
        await sweeping.close();
        await Promise.all([registryClosed, faces.settled(), projector.close()]);
      })();
      return closed;
    },
  };
}
