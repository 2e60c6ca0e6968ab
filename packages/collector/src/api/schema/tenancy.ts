import type { Member, Organisation, Retention } from "../../store/people.js";
import type { Site } from "../../store/sites.js";
import type {
  MadeKeyAnswer,
  MadeMemberAnswer,
  ShownKey,
  ShownOrganisation,
  ShownProject,
} from "../../tenancy/answers.js";
import { choice, count, list, named, nullable, object, optional, type Schema, string, time } from "./schema.js";

const scope = choice<NonNullable<ShownKey["scopes"]>[number]>({
  ...{ stats: true, visitors: true, export: true, erase: true, keys: true, members: true },
});
const kind = choice<ShownKey["kind"]>({ public: true, read: true, write: true, relay: true });
const role = choice<Member["role"]>({ owner: true, admin: true, viewer: true });
const wish = choice<Site["privacy"]["gpc"]>({ drop: true, strip: true, ignore: true });

const keyFields = {
  id: string("Names it in lists; of a public key, the key itself"),
  kind,
  label: string(),
  scopes: nullable(list(scope, "What a read key may do; null is stats and visitors")),
  origins: nullable(list(string(), "The only origins of the site's that a public key may be used from")),
  eventsPerMinute: nullable(count("Events that may come under it in a minute; null is the collector's bound")),
  createdAt: time(),
  revokedAt: nullable(time("Refused from then on")),
};
const memberFields = {
  id: string(),
  organisation: string(),
  name: string(),
  role,
  createdAt: time(),
  removedAt: nullable(time("They belong to it no longer since")),
};
const organisationFields = { id: string(), name: string(), createdAt: time() };
const retention: Schema<Retention> = object<Retention>({
  rawDays: count("Days that batches and visits are kept; 0 is for ever"),
  aggregateDays: count("Days that numbers of days and heat are kept"),
  snapshotDays: count("Days that page snapshots are kept"),
});
const privacy = object<Site["privacy"]>({ gpc: wish, dnt: wish });

/** Organisations, sites and keys, by the name that they have in the OpenAPI document. */
export const tenancySchemas: { readonly [name: string]: object } = {
  Key: object<ShownKey>(keyFields),
  MadeKey: object<MadeKeyAnswer>({ ...keyFields, key: string("The key, or what a relay signs with; shown this once") }),
  Project: object<ShownProject>({
    ...{ id: string(), name: string(), organisation: string(), group: string(), timeZone: string() },
    origins: list(string()),
    privacy,
    retention,
    createdAt: time(),
    keys: list(named<ShownKey>("Key")),
  }),
  ProjectsAnswer: object<{ readonly projects: readonly ShownProject[] }>({
    projects: list(named<ShownProject>("Project")),
  }),
  ProjectOrder: object<{
    readonly id: string;
    readonly name?: string;
    readonly organisation?: string;
    readonly group?: string;
    readonly timeZone?: string;
    readonly origins?: readonly string[];
    readonly privacy?: Site["privacy"];
    readonly retention?: Retention;
  }>({
    id: string("Never changes"),
    name: optional(string()),
    organisation: optional(string("`default` when absent")),
    group: optional(string("Sites of one group share their daily visitors")),
    timeZone: optional(string("IANA name; UTC when absent")),
    origins: optional(list(string(), "Origins whose pages may send; `*` when absent")),
    privacy: optional(privacy),
    retention: optional(retention),
  }),
  KeyOrder: object<{
    readonly kind: ShownKey["kind"];
    readonly label?: string;
    readonly scopes?: readonly string[];
    readonly origins?: readonly string[];
    readonly eventsPerMinute?: number;
  }>({
    kind,
    label: optional(string()),
    scopes: optional(list(scope as Schema<string>, "Of a read key")),
    origins: optional(list(string(), "Of a public key")),
    eventsPerMinute: optional(count("Of a public or write key")),
  }),
  RotationOrder: object<{ readonly graceSeconds?: number }>({
    graceSeconds: optional(count("How long the old one is believed; a day when absent")),
  }),
  Member: object<Member>(memberFields),
  MadeMember: object<MadeMemberAnswer>({ ...memberFields, key: string("Their key; shown this once") }),
  MembersAnswer: object<{ readonly members: readonly Member[] }>({ members: list(named<Member>("Member")) }),
  MemberOrder: object<{ readonly name: string; readonly role: Member["role"] }>({ name: string(), role }),
  Organisation: object<ShownOrganisation>({ ...organisationFields, members: list(named<Member>("Member")) }),
  OrganisationsAnswer: object<{ readonly organisations: readonly ShownOrganisation[] }>({
    organisations: list(named<ShownOrganisation>("Organisation")),
  }),
  OrganisationOrder: object<Omit<Organisation, "createdAt" | "name"> & { readonly name?: string }>({
    id: string("Never changes"),
    name: optional(string()),
  }),
};
