import { type Accepted, type Refusal, type RefusalCode, type Rejection, refusalStatus } from "@isotherm/protocol";
import { envelopeSchema, sealedEnvelopeSchema, snapshotHeadSchema } from "@isotherm/protocol/schema";
import { behaviourSchemas } from "./behaviour.js";
import { healthSchemas } from "./health.js";
import { numberSchemas } from "./numbers.js";
import { privacySchemas } from "./privacy.js";
import { anything, choice, count, list, named, object, optional, type Schema, string } from "./schema.js";
import { tenancySchemas } from "./tenancy.js";
import { visitSchemas } from "./visits.js";

const refusalCodes = Object.fromEntries(Object.keys(refusalStatus).map((code) => [code, true])) as {
  [code in RefusalCode]: true;
};

/** Without the names that the protocol's schemas have elsewhere. */
function described(schema: { readonly [keyword: string]: unknown }, description: string): object {
  const { $schema: _dialect, $id: _name, ...rest } = schema;
  return { description, ...rest };
}

const intakeSchemas: { readonly [name: string]: object } = {
  Envelope: described(envelopeSchema, "What one request from a browser carries; unknown fields pass"),
  SealedEnvelope: described(sealedEnvelopeSchema, "What one request from a relay carries; unknown fields pass"),
  SnapshotHead: described(snapshotHeadSchema, "The first line of a page snapshot's upload; the second is its tree"),
  Rejection: object<Rejection>({
    id: string("The batch's id, or its place as #3 where it has none that can be read"),
    code: choice({ batch_invalid: true, batch_too_large: true, key_unknown: true }),
    message: string("What is wrong, and where"),
  }),
  Accepted: object<Accepted>({
    accepted: count(),
    duplicate: count("Batches that were there already"),
    rejected: list(named<Rejection>("Rejection"), "Refused for good; the others are safe"),
    hints: optional(anything as Schema<NonNullable<Accepted["hints"]>>),
  }),
  Refusal: object<Refusal>({
    error: string("The code in words"),
    code: choice<RefusalCode>(refusalCodes),
    message: string("What is wrong, and how to mend it"),
    requestId: string("The same as in X-Request-Id"),
    details: optional(
      list(object<{ readonly path: string; readonly message: string }>({ path: string(), message: string() })),
    ),
  }),
};

/** Every named schema of the OpenAPI document, as Fastify takes them. */
export const namedSchemas: readonly object[] = Object.entries({
  ...intakeSchemas,
  ...numberSchemas,
  ...visitSchemas,
  ...behaviourSchemas,
  ...healthSchemas,
  ...privacySchemas,
  ...tenancySchemas,
}).map(([name, schema]) => ({ $id: name, title: name, ...schema }));

/** A good answer of this named schema. */
export function answers(name: string, description = "The answer"): object {
  return { description, content: { "application/json": { schema: named(name) } } };
}

/** What is told to whoever has this answer already. */
export const notModified = { 304: { type: "null", description: "The asker has this answer already" } } as const;

/** What stands in a path: texts, by name, in words. */
export function pathParameters(names: { readonly [name: string]: string }): object {
  const entries = Object.entries(names).map(([name, description]) => [name, { type: "string", description }]);
  return { type: "object", required: Object.keys(names), properties: Object.fromEntries(entries) };
}

/** A body of one of these named schemas, under any of these types. */
export function body(names: readonly string[], types: readonly string[]): object {
  const schema = { anyOf: names.map((name) => named(name)) };
  return { content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

const reasons: { readonly [code in RefusalCode]: string } = {
  envelope_invalid: "The body is no envelope",
  snapshot_invalid: "The body is no snapshot of a page, or holds what a picture has no use for",
  query_invalid: "A parameter is unknown or out of bounds",
  key_unknown: "No site has this key",
  signature_invalid: "The relay key or the signature is not valid",
  token_invalid: "The key or token is not valid",
  scope_missing: "The key is valid, but has no scope for this",
  origin_refused: "The site does not list this origin",
  not_found: "Nothing of this id is open to this key",
  method_refused: "The path takes other methods",
  id_taken: "There is one of this id already",
  body_too_large: "More bytes than a request may have",
  encoding_unsupported: "Only gzip, or none",
  rate_limited: "Too much; see Retry-After",
  internal: "A fault of the collector",
  unavailable: "Not now; see Retry-After",
};

/** How every route refuses that asks for a secret and reads what was sent; and how one does that is of a site as well. */
export const keyRefusals: readonly RefusalCode[] = ["query_invalid", "token_invalid", "rate_limited", "unavailable"];
export const siteRefusals: readonly RefusalCode[] = [...keyRefusals, "scope_missing", "not_found"];

/** How a body is refused before anybody looks into it. */
export const bodyRefusals: readonly RefusalCode[] = ["envelope_invalid", "body_too_large", "encoding_unsupported"];

/** The error answers that a route can give, by status. */
export function errorAnswers(codes: readonly RefusalCode[]): { readonly [status: number]: object } {
  const byStatus: { [status: number]: object } = {};
  for (const status of new Set(codes.map((code) => refusalStatus[code]))) {
    const texts = codes.filter((code) => refusalStatus[code] === status).map((code) => `\`${code}\`: ${reasons[code]}`);
    byStatus[status] = answers("Refusal", texts.join(" · "));
  }
  return byStatus;
}
