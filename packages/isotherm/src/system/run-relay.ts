import { join } from "node:path";
import type { SiteBriefing } from "@isotherm/protocol";
import type { PassthroughOptions, ProxyProof, Relay, TargetOptions } from "@isotherm/relay";
import { passthroughName } from "@isotherm/relay/passthrough";
import { relayServer } from "@isotherm/relay/server";
import type { ResolvedConfig, ResolvedSite } from "../config/resolved.js";
import { opening } from "./closing.js";
import { folders, makeFolder } from "./folders.js";
import { openJournal } from "./journal.js";
import { systemLog } from "./log.js";
import { placeHeaders } from "./place-headers.js";
import { listening } from "./port.js";
import { sdkFolder } from "./sdk-folder.js";

/** A relay that listens. */
export interface RunningRelay {
  readonly url: string;
  /** Where metrics are; null when there are none. */
  readonly metricsUrl: string | null;
  /** Names of the backends that get events besides the collector. */
  readonly targets: readonly string[];
  readonly relay: Relay;
  close(): Promise<void>;
}

/** How a relay signs, and where to. */
export interface Upstream {
  readonly url: string;
  readonly keyId: string;
  readonly secrets: readonly string[];
}

/** Opens the journal and listens. */
export async function runRelay(
  config: ResolvedConfig,
  {
    paths,
    upstream,
    targets,
    now,
  }: {
    readonly paths: { readonly intake: string; readonly script: string };
    /** The collector; absent where there is none. */
    readonly upstream: Upstream | undefined;
    /** Other backends, checked. */
    readonly targets: readonly TargetOptions[];
    readonly now: () => number;
  },
): Promise<RunningRelay> {
  const {
    name,
    host,
    port,
    metricsPort,
    proxy,
    trustProxy,
    proxyProof,
    visitorCookie,
    requestsPerMinute,
    eventsPerMinute,
    intakeBytes,
    quarantine: { maxBytes } = {},
  } = config.relay;
  const { relay: folder, relayJournal, passthroughs } = folders(config.data);
  return opening(async (opened) => {
    await makeFolder(folder);
    const journal = await openJournal(relayJournal, config.relay.journalBytes, now);
    opened.add(() => journal.close());
    const passthrough: PassthroughOptions[] = [];
    for (const { journalBytes, ...options } of config.relay.passthrough) {
      // Each request gets an id of its own as it is kept, so that none can come twice; replays open the journal themselves.
      const own = await openJournal(join(passthroughs, passthroughName(options)), journalBytes, now, 0);
      opened.add(() => own.close());
      passthrough.push({ ...options, journal: own });
    }
    const server = await listening({ field: "relay.port", flag: "--port", host, port }, () =>
      relayServer({
        relay: {
          name,
          folder,
          journal,
          paths,
          sdkFolder: sdkFolder(),
          targets: [...(upstream ? [{ type: "isotherm" as const, ...upstream }] : []), ...targets],
          ...(upstream === undefined && { sites: config.sites.map(briefingOf) }),
          passthrough,
          trustProxy,
          visitorCookie,
          requestsPerMinute,
          eventsPerMinute,
          intakeBytes,
          now,
          log: systemLog(config.log, "relay"),
          ...(maxBytes === undefined ? {} : { quarantine: { maxBytes } }),
          ...placeHeaders(config.relay),
          ...(proxyProof === undefined ? {} : { proxyProof: proxyProof as ProxyProof }),
        },
        host,
        port,
        proxy,
        metricsPort: metricsPort ?? null,
      }),
    );
    opened.add(() => server.close());
    const { url, metricsUrl, relay } = server;
    const names = targets.map(({ type, name: own = type }) => own);
    return { url, metricsUrl, targets: names, relay, close: () => opened.close() };
  });
}

const briefingOf = ({ id, group, timeZone, keys = [], origins, privacy }: ResolvedSite): SiteBriefing => ({
  ...{ id, group, timeZone, keys, origins, privacy },
});
