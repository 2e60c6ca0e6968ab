import type { BatchJournal } from "@isotherm/journal";
import { uuidv7 } from "@isotherm/protocol";
import { type ClientAddress, clientAddress } from "../client/client-address.js";
import type { Trust } from "../client/trust.js";
import type { Forwarder } from "../forward/forwarder.js";
import { corsHeaders } from "../intake/cors.js";
import { privacyVerdict } from "../intake/privacy.js";
import type { Rate } from "../intake/rate.js";
import { checkSize, readBody } from "../intake/size.js";
import { neverFits, tooLarge } from "../intake/store.js";
import { encodeRecord } from "../journal-record/record.js";
import type { Counters } from "../ledger/counters.js";
import { names } from "../ledger/names.js";
import { RelayError } from "../relay-error.js";
import type { Transport } from "../transport/transport.js";
import type { Answer, Held } from "../web/exchange.js";
import { pickHeaders } from "../web/pick-headers.js";
import { refusalAnswer } from "../web/refusal.js";
import { climbs } from "./climbs.js";
import type { Copier } from "./copy/copier.js";
import { durablePath } from "./durable.js";
import { liveAnswer } from "./live.js";
import type { PassthroughOptions } from "./options.js";
import type { Preset } from "./preset/preset.js";
import { encodeRequest, type RawRequest } from "./raw-request.js";

/** What a pass-through works with. */
export interface PassthroughParts {
  readonly name: string;
  readonly options: PassthroughOptions;
  readonly preset: Preset;
  readonly journal: BatchJournal;
  readonly counters: Counters;
  readonly forwarder: Forwarder;
  /** Takes copies to Isotherm; absent where there are none. */
  readonly copying: { readonly copy: Copier; readonly forwarder: Forwarder } | undefined;
  readonly transport: Transport;
  readonly rate: Rate;
  readonly trust: Trust;
  readonly now: () => number;
}

/** What the relay says of a request. */
interface Asked {
  readonly requestId: string;
  /** The relay takes no more. */
  readonly closing: boolean;
  readonly onFault: (error: unknown) => void;
}

/** A first-party path in front of another tracker's backend. */
export interface Passthrough extends Pick<PassthroughParts, "name" | "counters" | "journal"> {
  readonly path: string;
  /** To the backend, and to Isotherm where there are copies. */
  readonly forwarders: readonly [Forwarder, ...Forwarder[]];
  /** Answers a request to what lies below the path. Never throws: what is not the page's mistake is a 500 in the one shape. */
  answer(incoming: Held, below: string, request: Asked): Promise<Answer>;
}

const internal = "the relay failed; its log says why under this id";
const nothing = new Uint8Array(0);

/** What of a page's request is the backend's business: cookies are the site's own. */
const handedOn = [
  "accept-language",
  "content-encoding",
  "content-type",
  "dnt",
  "origin",
  "referer",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "sec-gpc",
  // https://www.w3.org/TR/trace-context/
  "traceparent",
  "tracestate",
  "user-agent",
  "x-request-id",
];

/** Puts the parts together. */
export function passthrough(parts: PassthroughParts): Passthrough {
  const { name, options, preset, journal, counters, forwarder, copying, transport, rate, trust, now } = parts;
  const { gpc = "drop", dnt = "ignore" } = options.privacy ?? {};
  const durable = options.durable ?? preset.durable;

  const keep = async (incoming: Held, below: string, client: ClientAddress): Promise<void> => {
    checkSize(incoming);
    const body = await readBody(incoming);
    const receivedAt = Math.floor(now());
    const headers = pickHeaders(incoming, handedOn);
    const came: RawRequest = { path: below, headers, body };
    const { address } = client;
    // What cannot be read is the backend's to judge.
    const request = await preset.restate(came, receivedAt).catch(() => came);
    const copy = await copying?.copy(incoming, request, client, receivedAt);
    const record = { kind: "batch" as const, key: name, site: "", receivedAt, gone: nothing, address };
    const id = uuidv7(receivedAt);
    await journal
      .append([encodeRecord(id, { ...record, batch: encodeRequest({ ...request, ...(copy && { copy }) }) })], () => ({
        [names.received(name)]: 1,
        [names.journaled(name)]: 1,
        ...(copying !== undefined && copy === undefined && { [names.uncopied]: 1 }),
      }))
      .catch((cause: unknown) => {
        if (neverFits(cause)) throw tooLarge(cause);
        throw new RelayError("unavailable", "the journal cannot take this now; try again", { retryAfter: 5, cause });
      });
  };

  const refused = (reason: string): void =>
    counters.add({ [names.received(name)]: 1, [names.refused(name, reason)]: 1 });

  /** Whether a request may carry events: whatever is posted that no page needs, and what is sent to their paths by another method. */
  const mayTell = (method: string, below: string): boolean =>
    method === "POST"
      ? durablePath(method, below, preset.needed) === undefined
      : durablePath("POST", below, durable) !== undefined;

  const respond = async (incoming: Held, below: string, closing: boolean): Promise<Answer> => {
    const { method } = incoming;
    const client = clientAddress(incoming, trust);
    let isWithheld = false;
    try {
      if (climbs(below)) throw new RelayError("not_found", "a path with dot segments is not handed on");
      const path = durablePath(method, below, durable);
      if (closing && path !== undefined)
        throw new RelayError("unavailable", "the relay is closing; try again", { retryAfter: 5 });
      rate.request(client);
      const verdict = privacyVerdict(incoming, { gpc, dnt });
      isWithheld = verdict.action === "drop";
      if (verdict.action === "drop" && mayTell(method, below)) {
        refused(verdict.signal);
        return preset.answer;
      }
      if (path !== undefined) {
        await keep(incoming, path, client);
        return preset.answer;
      }
    } catch (error) {
      refused(error instanceof RelayError ? error.code : "internal");
      throw error;
    }
    const address = isWithheld ? undefined : client.address;
    return liveAnswer({ incoming, below, to: options.to, address, transport, headers: handedOn });
  };

  return {
    name,
    path: options.path,
    counters,
    forwarders: copying === undefined ? [forwarder] : [forwarder, copying.forwarder],
    journal,
    async answer(incoming, below, { requestId, closing, onFault }) {
      // A tracker's backend answers pages of every origin: it does not know which are its own.
      const cors = corsHeaders(incoming, true);
      if (incoming.method === "OPTIONS" && incoming.header("access-control-request-method") !== undefined) {
        return { status: 204, headers: { ...cors, ...preflightOf(incoming) }, body: null };
      }
      try {
        const answer = await respond(incoming, below, closing);
        return { ...answer, headers: { ...answer.headers, ...cors } };
      } catch (error) {
        if (!(error instanceof RelayError)) onFault(error);
        const refusal = error instanceof RelayError ? error : new RelayError("internal", internal);
        const answer = refusalAnswer(refusal, requestId);
        return { ...answer, headers: { ...answer.headers, ...cors } };
      }
    },
  };
}

function preflightOf(incoming: Held): Answer["headers"] {
  return {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": incoming.header("access-control-request-headers") ?? "",
    "access-control-max-age": "86400",
  };
}
