import { access, constants, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fetchBriefing } from "./briefing/fetch-briefing.js";
import { type Keeper, keeper } from "./briefing/keeper.js";
import { fileSnapshot } from "./briefing/snapshot.js";
import { checkOptions } from "./check-options.js";
import { parseRange } from "./client/address-range.js";
import { core } from "./core.js";
import { fileDeadLetters } from "./dead-letters/file-dead-letters.js";
import { forwarder } from "./forward/forwarder.js";
import { pause } from "./forward/pause.js";
import { trimmer } from "./forward/trimmer.js";
import { visitors } from "./health/visitors.js";
import { rate } from "./intake/rate.js";
import { storage } from "./intake/store.js";
import { counters } from "./ledger/counters.js";
import { silent } from "./log.js";
import { blind } from "./observer.js";
import type { RelayOptions } from "./options.js";
import { openPassthrough } from "./passthrough/open-passthrough.js";
import type { Relay } from "./relay.js";
import { RelayError } from "./relay-error.js";
import { loadScript } from "./script/load-script.js";
import { targetOf } from "./target/target-of.js";
import { undiciTransport } from "./transport/undici.js";

/** How long a start waits for the first briefing when there is no snapshot of an earlier one, in ms. */
const firstBriefingMs = 2_000;

/**
 * Starts a relay on this machine's disk and network. Rejects with `options_invalid` and a line that names the field and
 * the fix; a target that cannot be reached is no reason not to start.
 */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  checkOptions(options);
  const {
    name = "relay",
    folder,
    journal,
    paths,
    targets,
    sites = [],
    requestsPerMinute = 600,
    eventsPerMinute = 600_000,
    retry: { firstMs = 500, maxMs = 60_000, timeoutMs = 30_000 } = {},
    briefingEveryMs = 60_000,
    deadLetterBytes = 67_108_864,
    drainMs = 5_000,
    log = silent,
    observer = blind,
    random = Math.random,
    now = Date.now,
  } = options;
  await writable(folder);
  const script = await loadScript(options.sdkFolder);
  const transport = undiciTransport({ timeoutMs });
  const collector = targets.find((target) => target.type === "isotherm");
  const book = await keeper({
    sites,
    fetch: collector && ((signal) => fetchBriefing(collector, { transport, now, signal })),
    snapshot: fileSnapshot(join(folder, "briefing.json")),
    everyMs: briefingEveryMs,
    now,
    log,
  });
  await firstBriefing(book);

  const deadLetters = fileDeadLetters({ folder: join(folder, "dead-letters"), maxBytes: deadLetterBytes, log });
  const trim = trimmer(journal, log);
  const spoken = targets.map(targetOf);
  const forwarders = await Promise.all(
    spoken.map((target) =>
      forwarder({ target, journal, transport, deadLetters, log, observer, firstMs, maxMs, random, now }, trim),
    ),
  );
  const limits = rate({ requestsPerMinute, eventsPerMinute, now });
  const trusted = (options.trustProxy ?? []).flatMap((range) => parseRange(range) ?? []);
  const passthroughs = await Promise.all(
    (options.passthrough ?? []).map((it) =>
      openPassthrough(it, {
        relay: name,
        keeper: book,
        collector,
        transport,
        deadLetters,
        log,
        observer,
        firstMs,
        maxMs,
        random,
        now,
        rate: limits,
        trusted,
      }),
    ),
  );
  const { readers } = await journal.stats();
  const strangers = Object.keys(readers).filter((reader) => !forwarders.some((it) => it.name === reader));
  if (strangers.length > 0) {
    log.warn({ readers: strangers }, "the journal keeps everything for readers that no target goes by; forget them");
  }
  const counts = counters(journal);
  const watch = visitors(log);
  return core({
    name,
    paths,
    journal,
    keeper: book,
    counters: counts,
    visitors: watch,
    intake: {
      name,
      storage: storage(journal),
      keeper: book,
      counters: counts,
      visitors: watch,
      rate: limits,
      trusted,
      countryHeader: options.countryHeader,
      keepAddress: spoken.some(({ needsAddress }) => needsAddress),
      now,
    },
    forwarders,
    passthroughs,
    script,
    log,
    observer,
    now,
    drainMs,
    async release() {
      await Promise.all([transport.close(), deadLetters.close()]);
    },
  });
}

async function writable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new RelayError("options_invalid", `folder: ${folder} cannot be written; allow it or name another`, { cause });
  }
}

async function firstBriefing(book: Keeper): Promise<void> {
  const fetched = book.refresh();
  if (book.book.known) return;
  const enough = new AbortController();
  await Promise.race([fetched, pause(firstBriefingMs, enough.signal)]);
  enough.abort();
}
