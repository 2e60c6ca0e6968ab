import type { Means } from "../assemble.js";
import { fetchBriefing } from "../briefing/fetch-briefing.js";
import { visitedKeeper } from "../briefing/visited-keeper.js";
import { trustOf } from "../client/trust.js";
import { type CoreRelay, core } from "../core.js";
import { visitors } from "../health/visitors.js";
import { inflate } from "../intake/inflate.js";
import { rate } from "../intake/rate.js";
import { visitorCookie } from "../intake/visitor-cookie.js";
import { silent } from "../log.js";
import { blind } from "../observer.js";
import type { CoreOptions } from "../options.js";
import { asking } from "../page-snapshot/asking.js";
import { book } from "./book.js";
import { receiver } from "./receiver.js";
import { upstreamStorage } from "./upstream-storage.js";

/** A relay that keeps nothing: each answer waits for the targets, within the request that it belongs to. */
export function upstreamRelay(
  options: CoreOptions & { readonly required?: readonly string[] },
  means: Omit<Means, "journal">,
): CoreRelay {
  const { name = "relay", targets, sites = [], log = silent, observer = blind, now = Date.now } = options;
  const { requestsPerMinute = 600, eventsPerMinute = 600_000, briefingEveryMs = 60_000, drainMs = 5_000 } = options;
  const { intakeBytes = 33_554_432 } = options;
  const { paths, transport, deadLetters, script } = means;
  const collector = targets.find((target) => target.type === "isotherm");
  const keeper = visitedKeeper({
    sites,
    fetch: collector && ((signal) => fetchBriefing(collector, { transport, now, signal })),
    snapshot: means.snapshot,
    everyMs: briefingEveryMs,
    now,
    log,
  });
  const { spoken, ...snapshots } = asking(targets, collector, { transport, now });
  const names = spoken.map((target) => target.name);
  const counters = book(names);
  const receivers = spoken.map((target) => receiver({ target, transport, deadLetters, log, observer, now }));
  const watch = visitors(log);
  const relay = core({
    name,
    paths,
    durability: "upstream",
    keeper,
    counters,
    visitors: watch,
    intake: {
      name,
      storage: upstreamStorage({ receivers, required: options.required ?? names, book: counters }),
      keeper,
      counters,
      visitors: watch,
      ...snapshots,
      rate: rate({ requestsPerMinute, eventsPerMinute, now }),
      trust: trustOf(options),
      places: options,
      inflate,
      keepAddress: spoken.some(({ needsAddress }) => needsAddress),
      cookie: options.visitorCookie === true ? visitorCookie(paths.intake) : undefined,
      now,
    },
    forwarders: receivers,
    passthroughs: [],
    script,
    log,
    observer,
    intakeBytes,
    now,
    drainMs,
    async release() {
      await Promise.all([transport.close(), deadLetters.close()]);
    },
  });
  const prepare = async (path: string): Promise<void> => {
    if (path === paths.intake || path.startsWith(`${paths.intake}/`) || path.startsWith("/health"))
      await keeper.ready();
  };
  return {
    ...relay,
    async handle(request, client) {
      await prepare(new URL(request.url).pathname);
      return relay.handle(request, client);
    },
    async answer(incoming) {
      await prepare(incoming.path);
      return relay.answer(incoming);
    },
  };
}
