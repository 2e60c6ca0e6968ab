import type { Documented } from "./documented.js";
import type { Value } from "./mutate-value.js";
import { questionOf, strangeId } from "./query.js";
import type { Random } from "./random.js";

/** The operator's key of the drill. */
export const adminKey = "drill-admin-key-0123456789abcdef";

/** A site that is there to be changed: nobody sends batches under its keys. */
export const changedSite = "changed";

/** A request about rights: somebody's data, or who may do what. */
export interface RightsRequest {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** Undefined where there is none. */
  readonly body: Value | undefined;
  readonly how: readonly string[];
}

/** Bodies that are as they should be, by operation. */
const orders: { readonly [operation: string]: (random: Random) => Value } = {
  "POST /v1/projects": (random) => ({
    id: `made-${random.below(20)}`,
    name: "Made",
    organisation: "default",
    group: "made",
    timeZone: "Europe/Paris",
    origins: ["https://made.example"],
    privacy: { gpc: "strip", dnt: "ignore" },
    retention: { rawDays: 30, aggregateDays: 0, snapshotDays: 7 },
  }),
  "POST /v1/projects/{id}/keys": (random) => ({
    kind: random.pick(["public", "read", "write", "relay"]),
    label: "made",
    scopes: ["stats", "visitors"],
    origins: ["https://made.example"],
    eventsPerMinute: 100,
  }),
  "POST /v1/projects/{id}/keys/{key}/rotate": () => ({ graceSeconds: 60 }),
  "POST /v1/organisations": (random) => ({ id: `made-${random.below(20)}`, name: "Made" }),
  "POST /v1/organisations/{id}/members": (random) => ({
    name: "Somebody",
    role: random.pick(["owner", "admin", "viewer"]),
  }),
};

/** Changes sites, keys, organisations and members, or asks for them; never those that the drill needs. */
export function tenancyOf({ operations, parameters }: Documented, random: Random): RightsRequest {
  const all = [...operations.keys()].filter((name) => /^\w+ \/v1\/(projects|organisations)/.test(name));
  const operation = random.pick(all);
  const [method = "", template = ""] = operation.split(" ");
  const ours = template.startsWith("/v1/projects") ? changedSite : "made-1";
  const id = random.chance(0.25) ? strangeId(random) : ours;
  const path = template.replace("{id}", id).replaceAll(/\{\w+\}/g, () => strangeId(random));
  const asked = parameters.get(operation) ?? [];
  const { question, how } = random.chance(0.2) ? questionOf(asked, random) : { question: "", how: [] };
  return { method, path: `${path}${question}`, operation, body: orders[operation]?.(random), how };
}

/** Exports or erases somebody whom nobody has seen, or reads the audit. Only where no batch is sent is anybody erased. */
export function privacyOf(site: string, { parameters }: Documented, random: Random): RightsRequest {
  const operation = random.pick([
    "GET /v1/sites/{id}/visitors/{visitor}",
    "DELETE /v1/sites/{id}/visitors/{visitor}",
    "GET /v1/audit",
  ]);
  const [method = "", template = ""] = operation.split(" ");
  const ours = method === "DELETE" ? changedSite : random.pick([site, changedSite]);
  // A name that is taken apart must not become the other site's.
  const id = random.chance(0.2) ? strangeId(random) : ours;
  const path = template.replace("{id}", id).replace("{visitor}", strangeId(random));
  const { question, how } = random.chance(0.3)
    ? questionOf(parameters.get(operation) ?? [], random)
    : { question: "", how: [] };
  return { method, path: `${path}${question}`, operation, body: undefined, how };
}
