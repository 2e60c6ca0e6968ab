import type { Position } from "@isotherm/journal";
import { snapshotRef } from "@isotherm/protocol/validate";
import type { Keeper } from "./briefing/keeper.js";
import { faultOf } from "./fault.js";
import type { Forwarder } from "./forward/forwarder.js";
import { pause } from "./forward/pause.js";
import { healthOf, type RelayHealth } from "./health/health.js";
import { healthAnswer } from "./health/route.js";
import type { Visitors } from "./health/visitors.js";
import { room } from "./intake/room.js";
import { intakeAnswer, uploadAnswer } from "./intake/route.js";
import type { Counters } from "./ledger/counters.js";
import { type Ledger, ledgerOf } from "./ledger/ledger.js";
import type { Log } from "./log.js";
import type { Observer } from "./observer.js";
import type { UploadParts } from "./page-snapshot/take-upload.js";
import type { Passthrough } from "./passthrough/passthrough.js";
import type { Relay } from "./relay.js";
import { RelayError } from "./relay-error.js";
import { scriptAnswer } from "./script/route.js";
import type { ScriptFiles } from "./script/script-files.js";
import type { Answer, Held, Incoming } from "./web/exchange.js";
import { incomingOf, responseOf } from "./web/fetch-face.js";
import { refusalAnswer } from "./web/refusal.js";
import { requestIdOf } from "./web/request-id.js";
import { traceIdOf } from "./web/trace-id.js";

/** What a relay is made of. */
export interface CoreParts {
  readonly name: string;
  readonly paths: { readonly intake: string; readonly script?: string };
  /** How safe a batch is that was answered with a 2xx, as health says it. */
  readonly durability: string;
  readonly keeper: Keeper;
  readonly counters: Counters;
  readonly visitors: Visitors;
  readonly intake: Omit<UploadParts, "closing">;
  readonly forwarders: readonly Forwarder[];
  readonly passthroughs: readonly Passthrough[];
  /** The SDK's files; undefined where somebody else serves them. */
  readonly script: ScriptFiles | undefined;
  readonly log: Log;
  readonly observer: Observer;
  /** Bytes of bodies that requests under way may hold together. */
  readonly intakeBytes: number;
  readonly now: () => number;
  readonly drainMs: number;
  /** Releases what the parts hold open. */
  readonly release: () => Promise<void>;
}

/** A relay without its script's tag, which not every runtime serves. */
export type CoreRelay = Omit<Relay, "script">;

/** Puts the parts together, on nothing but web standards. */
export function core(parts: CoreParts): CoreRelay {
  const { name, paths, durability, keeper, counters, visitors, forwarders, passthroughs, script, log, observer, now } =
    parts;
  let closed: Promise<void> | undefined;
  let underway = 0;
  let emptied: (() => void) | undefined;
  const bodies = room(parts.intakeBytes, parts.intake.trust);
  const intake: UploadParts = { ...parts.intake, closing: () => closed !== undefined };

  const through = () =>
    Promise.all(
      passthroughs.map(async ({ name: it, forwarders: all, counters: counted }) => ({
        name: it,
        forwarders: all,
        stats: await counted.stats(),
      })),
    );

  const health = async (): Promise<RelayHealth> =>
    healthOf({
      name,
      durability,
      stats: await counters.stats(),
      forwarders,
      briefing: keeper.state(),
      visitors: visitors.state(),
      closing: closed !== undefined,
      passthroughs: await through(),
      refusing: intake.storage.failure(),
      room: bodies.state(),
      now: now(),
    });

  const ledger = async (): Promise<Ledger> =>
    ledgerOf(
      await counters.stats(),
      forwarders.map((forwarder) => forwarder.name),
      (await through()).map(({ forwarders: all, stats }) => ({ names: all.map((it) => it.name), stats })),
    );

  const failed = (incoming: Incoming, requestId: string, err: unknown): void => {
    const traceId = traceIdOf(incoming.header("traceparent"));
    log.error({ requestId, ...(traceId !== undefined && { traceId }), err: faultOf(err) }, "a request failed");
  };

  const route = async (incoming: Held, requestId: string): Promise<Answer> => {
    const { path } = incoming;
    const fault = (error: unknown): void => failed(incoming, requestId, error);
    if (path === paths.intake) return intakeAnswer(incoming, requestId, intake, fault);
    const ref = path.startsWith(`${paths.intake}/`) ? path.slice(paths.intake.length + 1) : "";
    if (snapshotRef.test(ref)) return uploadAnswer(incoming, requestId, ref, intake, fault);
    const other = passthroughs.find((it) => path === it.path || path.startsWith(`${it.path}/`));
    if (other !== undefined) {
      const below = (path.slice(other.path.length) || "/") + incoming.query;
      return other.answer(incoming, below, { requestId, closing: closed !== undefined, onFault: fault });
    }
    const below = paths.script === undefined ? undefined : `${paths.script}/`;
    const found =
      script !== undefined && below !== undefined && path.startsWith(below)
        ? scriptAnswer(incoming, path.slice(below.length), script)
        : await healthAnswer(path, health);
    return found ?? refusalAnswer(new RelayError("not_found", "nothing is served under this path"), requestId);
  };

  const answer = async (incoming: Incoming): Promise<Answer> => {
    const started = performance.now();
    const requestId = requestIdOf(incoming.header("x-request-id"));
    underway++;
    const { held, leave } = bodies.enter(incoming);
    try {
      const answered = await route(held, requestId).catch((error: unknown) => {
        failed(incoming, requestId, error);
        return refusalAnswer(new RelayError("internal", "the relay failed; its log says why under this id"), requestId);
      });
      observer.answered(answered.status, (performance.now() - started) / 1_000);
      return { ...answered, headers: { ...answered.headers, "x-request-id": requestId } };
    } finally {
      leave();
      underway--;
      if (underway === 0) emptied?.();
    }
  };

  const shut = async (): Promise<void> => {
    if (underway > 0) {
      const all = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      // A client that does not go on sending cannot hold up the end.
      const enough = new AbortController();
      await Promise.race([all, pause(parts.drainMs, enough.signal)]);
      enough.abort();
    }
    await keeper.close();
    const all = [...forwarders, ...passthroughs.flatMap((it) => it.forwarders)];
    await Promise.all(all.map((forwarder) => forwarder.close(parts.drainMs)));
    await Promise.all([counters, ...passthroughs.map((it) => it.counters)].map((counted) => counted.close()));
    await parts.release();
    log.info({ relay: name }, "the relay is closed");
  };

  return {
    paths: [
      paths.intake,
      `${paths.intake}/*`,
      ...(paths.script === undefined ? [] : [`${paths.script}/*`]),
      ...passthroughs.flatMap(({ path }) => [path, `${path}/*`]),
      "/health",
      "/health/live",
      "/health/ready",
    ],
    answer,
    handle: async (request, client) => responseOf(await answer(incomingOf(request, client))),
    health,
    ledger,
    refresh: () => keeper.refresh(),
    async drained() {
      const { last } = await counters.stats();
      const passed = await Promise.all([
        ...forwarders.map((forwarder) => forwarder.passed(last as Position)),
        ...passthroughs.flatMap((it) =>
          it.forwarders.map(async (one) => one.passed((await it.journal.stats()).last as Position)),
        ),
      ]);
      return passed.every(Boolean);
    },
    close() {
      closed ??= shut();
      return closed;
    },
  };
}
