import { sign } from "@isotherm/protocol/signature";
import type { System } from "../kit/system.js";
import type { Documented } from "./documented.js";
import { misSigned, oddHeaders, somebody } from "./headers.js";
import { heatQueryOf } from "./heat-queries.js";
import { type Bytes, mutateBytes, pack } from "./mutate-bytes.js";
import { mutateValue, type Value } from "./mutate-value.js";
import { queryOf } from "./query.js";
import type { Random } from "./random.js";
import { adminKey, privacyOf, type RightsRequest, tenancyOf } from "./rights.js";
import type { Sending } from "./send.js";
import { sealedEnvelope, validEnvelope } from "./valid.js";

/** One case of the drill, made from its number alone. */
export interface Case extends Sending {
  /** What was done to a valid request. */
  readonly how: readonly string[];
  /** Statuses that are documented for it. */
  readonly allowed: readonly number[];
  /** Types of what a 200 may hold besides JSON. @default none */
  readonly types?: readonly string[];
  /** It went to an intake's own path with POST, so that its fate is in the books. */
  readonly booked: boolean;
}

/**
 * What takes input: the relay, the collector from browsers and from relays, what it tells relays and people, also in
 * heat-collector's words, who may do what, and what is kept of whom.
 */
export const targetNames = ["relay", "direct", "signed", "briefing", "queries", "heat", "tenancy", "privacy"] as const;

export type TargetName = (typeof targetNames)[number];

/** Something that takes input. */
export interface Target {
  readonly name: TargetName;
  /** A request that is rarely as it should be. */
  mutant(random: Random): Promise<Case>;
  /** A request that has to be accepted. */
  good(random: Random): Promise<Sending>;
}

const textType = { "content-type": "text/plain;charset=UTF-8" };
const methods = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];
const encode = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value)) as Bytes;

/** Every intake of a system, and what else takes input from outside. */
export function targets(system: System, docs: Documented): readonly Target[] {
  const refusals = [...new Set([...docs.refusals.values()].flat())];
  const elsewhere = [204, ...refusals];
  // Before it is known what is asked for.
  const anywhere = (docs.refusals.get("envelope_invalid") ?? []).filter((status) => status !== 400);
  const visit = () => ({ key: system.publicKey, origin: system.relay, now: Date.now() });
  const operation = (name: string): readonly number[] => docs.operations.get(name) ?? [];

  const signed = async (body: Bytes, random: Random): Promise<{ [name: string]: string }> => ({
    "relay-key-id": system.credential.keyId,
    ...somebody(random),
    ...(await sign({
      id: `msg_${random.below(1e9)}`,
      timestamp: Math.floor(Date.now() / 1_000),
      body,
      secrets: [system.credential.secret],
    })),
  });

  /** A body that is wrong by its values, its bytes or its packing. */
  const body = (envelope: unknown, random: Random) => {
    const how: string[] = [];
    let value = envelope as Value;
    if (random.chance(0.7)) {
      const mutated = mutateValue(JSON.parse(JSON.stringify(value)) as Value, random);
      ({ value } = mutated);
      how.push(...mutated.how);
    }
    let bytes = encode(value);
    if (random.chance(how.length === 0 ? 1 : 0.2)) {
      const mutated = mutateBytes(bytes, random);
      ({ bytes } = mutated);
      how.push(...mutated.how);
    }
    if (!random.chance(0.2)) return { unpacked: bytes, bytes, headers: {}, how };
    const packed = pack(bytes, random);
    how.push(packed.how);
    return { unpacked: bytes, bytes: packed.bytes, headers: { "content-encoding": "gzip" }, how };
  };

  /** Sometimes another method, path or header than the intake's own. */
  const astray = (random: Random, path: string) => {
    const how: string[] = [];
    let [method, at, headers] = ["POST", path, {}];
    if (random.chance(0.15)) {
      headers = oddHeaders(random);
      how.push(`header ${Object.keys(headers)}`);
    }
    if (random.chance(0.03)) {
      method = random.pick(methods);
      how.push(method);
    }
    if (random.chance(0.03)) {
      at = random.pick([
        `${path}/`,
        `${path}/x`,
        `/${path}`,
        `${path}%00`,
        `${path}%zz`,
        `${path}?a=1&a=%ff`,
        "/%2e%2e/x",
      ]);
      how.push(at);
    }
    const booked = method === "POST" && at.split("?")[0] === path;
    return { method, path: at, headers, how, booked };
  };

  const intake = (
    name: "relay" | "direct" | "signed",
    where: { readonly url: string; readonly path: string; readonly allowed: readonly number[] },
    identify: (unpacked: Bytes, random: Random) => Promise<{ readonly [name: string]: string }>,
  ): Target => {
    const envelope = name === "signed" ? sealedEnvelope : validEnvelope;
    const { url, path, allowed } = where;
    return {
      name,
      async mutant(random) {
        const { unpacked, bytes, headers, how } = body(envelope(visit(), random), random);
        const { how: strayed, ...way } = astray(random, path);
        const identity = await identify(unpacked, random);
        const forge = name === "signed" && random.chance(0.1);
        return {
          url,
          ...way,
          headers: { ...textType, ...(forge ? misSigned(identity, random) : identity), ...headers, ...way.headers },
          // Node's client sends no body with these.
          body: ["GET", "HEAD", "TRACE"].includes(way.method) ? new Uint8Array(0) : bytes,
          how: [...how, ...strayed, ...(forge ? ["forged"] : [])],
          allowed: way.booked ? allowed : elsewhere,
        };
      },
      async good(random) {
        const bytes = encode(envelope(visit(), random));
        return { url, method: "POST", path, headers: { ...textType, ...(await identify(bytes, random)) }, body: bytes };
      },
    };
  };

  const nothing = new Uint8Array(0);
  const bearer = { authorization: `Bearer ${system.readKey}` };
  const known = { url: system.collector, method: "GET", body: nothing, booked: false };
  const question = (path: string) => ({ ...known, path, headers: bearer });
  const manner = (random: Random): { readonly [name: string]: string } =>
    random.pick([
      {},
      {},
      { accept: "text/event-stream" },
      { accept: "*/*;q=0" },
      { "if-none-match": "*" },
      { "if-none-match": 'W/"x", "' },
      { "accept-encoding": "gzip" },
    ]);

  const oddly = (random: Random) => (random.chance(0.1) ? oddHeaders(random) : {});

  /** With the operator's key, or one that is none. */
  const rights = (request: RightsRequest, random: Random): Case => {
    const { method, path, operation: name, body: order, how } = request;
    const sent = order === undefined ? { bytes: nothing, headers: {}, how: [] } : body(order, random);
    const proof = random.chance(0.9) ? { "x-admin-key": adminKey } : random.pick([{}, { "x-admin-key": "x" }, bearer]);
    return {
      ...known,
      method,
      path,
      headers: { ...(order && textType), ...somebody(random), ...oddly(random), ...proof, ...sent.headers },
      body: sent.bytes,
      how: [name, ...how, ...sent.how],
      allowed: [...operation(name), ...anywhere],
    };
  };

  return [
    intake(
      "relay",
      { url: system.relay, path: system.intake, allowed: [202, 204, ...refusals] },
      async (_bytes, random) => ({
        origin: system.relay,
        ...somebody(random),
      }),
    ),
    intake(
      "direct",
      { url: system.collector, path: "/v1/batches", allowed: operation("POST /v1/batches") },
      async (_bytes, random) => ({ origin: system.relay, ...somebody(random) }),
    ),
    intake("signed", { url: system.collector, path: "/v1/batches", allowed: operation("POST /v1/batches") }, signed),
    {
      name: "briefing",
      async mutant(random) {
        const headers = misSigned(await signed(nothing, random), random);
        const allowed = [...operation("GET /v1/briefing"), 405];
        return { ...known, path: "/v1/briefing", headers, how: ["forged"], allowed };
      },
      good: async (random) => ({ ...known, path: "/v1/briefing", headers: await signed(nothing, random) }),
    },
    {
      name: "queries",
      async mutant(random) {
        const { path, operation: name, how } = queryOf(system.site, docs, random);
        return {
          ...question(path),
          headers: { ...bearer, ...somebody(random), ...manner(random), ...oddly(random) },
          how,
          allowed: [...operation(name), ...anywhere],
          types: [...(docs.types.get(name) ?? []), ...(name.endsWith("/realtime") ? ["text/event-stream"] : [])],
        };
      },
      good: async () => question(`/v1/sites/${system.site}/summary?period=day`),
    },
    {
      name: "heat",
      async mutant(random) {
        const { path, how } = heatQueryOf(system.site, random);
        const allowed = [200, ...["query_invalid", "not_found"].flatMap((code) => docs.refusals.get(code) ?? [])];
        const headers = { ...bearer, ...somebody(random), ...manner(random), ...oddly(random) };
        return { ...question(path), headers, how, allowed: [...allowed, ...anywhere] };
      },
      good: async () => question(`/api/projects/${system.site}/heatmap?path=/p1`),
    },
    {
      name: "tenancy",
      mutant: async (random) => rights(tenancyOf(docs, random), random),
      good: async () => ({ ...question("/v1/projects"), headers: { "x-admin-key": adminKey } }),
    },
    {
      name: "privacy",
      mutant: async (random) => rights(privacyOf(system.site, docs, random), random),
      good: async () => ({ ...question("/v1/audit"), headers: { "x-admin-key": adminKey } }),
    },
  ];
}
