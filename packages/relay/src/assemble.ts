import type { BatchJournal } from "@isotherm/journal";
import { fetchBriefing } from "./briefing/fetch-briefing.js";
import { type Keeper, keeper } from "./briefing/keeper.js";
import { ownBriefing } from "./briefing/own-briefing.js";
import type { Snapshot } from "./briefing/snapshot.js";
import { trustOf } from "./client/trust.js";
import { type CoreRelay, core } from "./core.js";
import type { DeadLetters } from "./dead-letters/dead-letters.js";
import { forwarder } from "./forward/forwarder.js";
import { pause } from "./forward/pause.js";
import { trimmer } from "./forward/trimmer.js";
import { visitors } from "./health/visitors.js";
import { type Inflate, inflate } from "./intake/inflate.js";
import { rate } from "./intake/rate.js";
import { storage } from "./intake/store.js";
import { visitorCookie } from "./intake/visitor-cookie.js";
import { counters } from "./ledger/counters.js";
import { silent } from "./log.js";
import { blind } from "./observer.js";
import type { CoreOptions } from "./options.js";
import { asking } from "./page-snapshot/asking.js";
import { openPassthrough } from "./passthrough/open-passthrough.js";
import type { Quarantine } from "./quarantine/quarantined-request.js";
import type { ScriptFiles } from "./script/script-files.js";
import type { Transport } from "./transport/transport.js";

/** What a relay with a journal needs of the machine that it runs on. */
export interface Means {
  readonly journal: BatchJournal;
  readonly paths: { readonly intake: string; readonly script?: string };
  /** The SDK's files; undefined where somebody else serves them. */
  readonly script: ScriptFiles | undefined;
  readonly snapshot: Snapshot;
  /** Unpacks gzip. @default by web standards */
  readonly inflate?: Inflate;
  readonly transport: Transport;
  readonly deadLetters: DeadLetters;
  /** Keeps what the intake refuses; undefined where nobody wants that. */
  readonly quarantine?: Quarantine;
}

/** How long a start waits for the first briefing when there is no snapshot of an earlier one, in ms. */
const firstBriefingMs = 2_000;

/** Starts a relay that journals. Closes transport and dead letters with it. */
export async function assemble(options: CoreOptions, means: Means): Promise<CoreRelay> {
  const { name = "relay", targets, sites = [], log = silent, observer = blind } = options;
  const { requestsPerMinute = 600, eventsPerMinute = 600_000, briefingEveryMs = 60_000, drainMs = 5_000 } = options;
  const { intakeBytes = 33_554_432 } = options;
  const { retry: { firstMs = 500, maxMs = 60_000 } = {}, random = Math.random, now = Date.now } = options;
  const { journal, transport, deadLetters } = means;
  const collector = targets.find((target) => target.type === "isotherm");
  const own = sites.length > 0 ? ownBriefing({ sites, snapshot: means.snapshot, now }) : undefined;
  const book = await keeper({
    sites,
    fetch: collector ? (signal) => fetchBriefing(collector, { transport, now, signal }) : own,
    snapshot: means.snapshot,
    everyMs: briefingEveryMs,
    now,
    log,
  });
  await firstBriefing(book);

  const trim = trimmer(journal, log);
  const { spoken, ...snapshots } = asking(targets, collector, { transport, now });
  const sending = { transport, deadLetters, log, observer, firstMs, maxMs, random, now };
  const forwarders = await Promise.all(spoken.map((target) => forwarder({ ...sending, target, journal }, trim)));
  const limits = rate({ requestsPerMinute, eventsPerMinute, now });
  const trust = trustOf(options);
  const shared = { ...sending, relay: name, keeper: book, collector, rate: limits, trust };
  const passthroughs = await Promise.all((options.passthrough ?? []).map((it) => openPassthrough(it, shared)));
  const { readers } = await journal.stats();
  const strangers = Object.keys(readers).filter((reader) => !forwarders.some((it) => it.name === reader));
  if (strangers.length > 0) {
    log.warn({ readers: strangers }, "the journal keeps everything for readers that no target goes by; forget them");
  }
  const counts = counters(journal);
  const watch = visitors(log);
  return core({
    name,
    paths: means.paths,
    durability: journal.durability,
    keeper: book,
    counters: counts,
    visitors: watch,
    intake: {
      name,
      storage: storage(journal),
      keeper: book,
      counters: counts,
      visitors: watch,
      ...snapshots,
      rate: limits,
      trust,
      places: options,
      inflate: means.inflate ?? inflate,
      keepAddress: spoken.some(({ needsAddress }) => needsAddress),
      cookie: options.visitorCookie === true ? visitorCookie(means.paths.intake) : undefined,
      quarantine: means.quarantine,
      now,
    },
    forwarders,
    passthroughs,
    script: means.script,
    log,
    observer,
    intakeBytes,
    now,
    drainMs,
    async release() {
      await Promise.all([transport.close(), deadLetters.close(), means.quarantine?.close()]);
    },
  });
}

async function firstBriefing(book: Keeper): Promise<void> {
  const fetched = book.refresh();
  if (book.book.known) return;
  const enough = new AbortController();
  await Promise.race([fetched, pause(firstBriefingMs, enough.signal)]);
  enough.abort();
}
