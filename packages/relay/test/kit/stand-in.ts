import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Briefing, Gone, SealedBatch, SiteBriefing, WantedSnapshot } from "@isotherm/protocol";
import { newSalt } from "@isotherm/protocol/seal";
import { newSecret, verify } from "@isotherm/protocol/signature";
import { readEnvelope } from "@isotherm/protocol/validate";
import { onTestFinished } from "vitest";

/** What the stand-in does with the next envelope. */
export type Move =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** Takes it like a collector does: stores new ids, and answers 204 or 202. */
  | "take"
  /** Takes it, then cuts the line before the answer. */
  | "take_and_cut"
  /** Never answers. */
  | "hang"
  /** Cuts the line at once. */
  | "cut";

/** A collector as a relay sees it, over real HTTP: it checks signatures, remembers ids, and follows a script. */
export interface StandIn {
  readonly url: string;
  readonly keyId: string;
  readonly secrets: string[];
  readonly site: SiteBriefing;
  readonly key: string;
  /** Stored once per id, in the order of their arrival. */
  readonly stored: Map<string, SealedBatch>;
  readonly gone: Gone[];
  /** How often each id came, also again. */
  readonly arrivals: Map<string, number>;
  /** Envelopes seen, whatever became of them. */
  readonly envelopes: { readonly key: string; readonly ids: readonly string[]; readonly bytes: number }[];
  readonly briefings: { count: number };
  briefing: Briefing | undefined;
  /** Ids to refuse in an answer that takes the rest. */
  readonly reject: Set<string>;
  /** What it would like to have snapshots of: said in each answer. */
  wanted: readonly WantedSnapshot[];
  /** Uploads of page snapshots, unpacked, by name, and how to answer the next. */
  readonly uploads: Map<string, string>;
  upload: () => { readonly status: number; readonly body?: unknown };
  /** Decides about every envelope; the default takes all. */
  next: (attempt: number) => Move;
  close(): Promise<void>;
}

export const key = "pk_0123456789abcdefghijABCD";

export const siteOf = (overrides: Partial<SiteBriefing> = {}): SiteBriefing => ({
  id: "shop",
  group: "shop",
  timeZone: "Europe/Paris",
  keys: [key],
  origins: ["https://shop.example"],
  privacy: { gpc: "drop", dnt: "strip" },
  ...overrides,
});

/** Starts one; it ends with the test. */
export async function standIn(
  options: { readonly site?: Partial<SiteBriefing>; readonly now?: () => number; readonly port?: number } = {},
): Promise<StandIn> {
  const { now = Date.now } = options;
  const site = siteOf(options.site);
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const salts = [-1, 0, 1, 2].map((days) => newSalt(site.group, site.timeZone, day(now() + days * 86_400_000)));
  const self: Omit<StandIn, "url" | "close"> = {
    keyId: "rk_0123456789ab",
    secrets: [newSecret()],
    site,
    key,
    stored: new Map(),
    gone: [],
    arrivals: new Map(),
    envelopes: [],
    briefings: { count: 0 },
    briefing: { at: now(), sites: [site], salts },
    reject: new Set(),
    wanted: [],
    uploads: new Map(),
    upload: () => ({ status: 204 }),
    next: () => "take",
  };

  const answer = (
    response: ServerResponse,
    status: number,
    body?: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

  const take = (body: Uint8Array): { status: number; body?: unknown } => {
    const envelope = readEnvelope(body, { sealed: true });
    if (!envelope.ok) return { status: 400, body: { code: "envelope_invalid", message: envelope.message } };
    const rejected: object[] = [];
    let accepted = 0;
    let duplicate = 0;
    self.gone.push(...envelope.gone);
    for (const check of envelope.batches) {
      if (!check.ok) rejected.push(check.rejection);
      else if (self.reject.has(check.batch.id)) {
        rejected.push({ id: check.batch.id, code: "batch_invalid", message: "not today" });
      } else if (self.stored.has(check.batch.id)) duplicate++;
      else {
        self.stored.set(check.batch.id, check.batch as SealedBatch);
        accepted++;
      }
    }
    const { wanted } = self;
    if (rejected.length === 0 && duplicate === 0 && wanted.length === 0) return { status: 204 };
    return { status: 202, body: { accepted, duplicate, rejected, ...(wanted.length > 0 && { hints: { wanted } }) } };
  };

  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const headers = (name: string): string | undefined => request.headers[name]?.toString();
    const signed = await verify({ headers, body, secrets: self.secrets, now: now() });
    const isKnown = headers("relay-key-id") === self.keyId;
    if (!signed.ok || !isKnown) return answer(response, 401, { code: "signature_invalid", message: "no" });
    if (request.url === "/v1/briefing") {
      self.briefings.count++;
      return self.briefing === undefined ? answer(response, 503) : answer(response, 200, self.briefing);
    }
    if (request.url?.startsWith("/v1/batches/")) {
      self.uploads.set(request.url.slice("/v1/batches/".length), body.toString());
      const { status, body: said } = self.upload();
      return answer(response, status, said);
    }
    if (request.url !== "/v1/batches") return answer(response, 404);
    const envelope = JSON.parse(body.toString()) as { key: string; batches: { id: string }[] };
    const ids = envelope.batches.map(({ id }) => id);
    for (const id of ids) self.arrivals.set(id, (self.arrivals.get(id) ?? 0) + 1);
    self.envelopes.push({ key: envelope.key, ids, bytes: body.byteLength });
    const move = self.next(self.envelopes.length);
    if (move === "hang") return;
    if (move === "cut") return void request.socket.destroy();
    if (typeof move === "object") return answer(response, move.status, move.body, move.headers);
    const taken = take(body);
    if (move === "take_and_cut") return void request.socket.destroy();
    return answer(response, taken.status, taken.body);
  };

  const server = createServer((request, response) => void onRequest(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return Object.assign(self, { url: `http://127.0.0.1:${port}`, close });
}
