import type { PrivacyPolicy } from "@isotherm/protocol";
import { allScopes } from "../auth/scopes.js";
import type { KeyScope, MemberRole, Retention } from "../store/people.js";
import type { KeyKind } from "../store/sites.js";
import { type FieldReader, list, object, type ShapeOf, text, whole, word } from "./read-order.js";

const id: FieldReader<string> = text(
  63,
  /^[a-z0-9][a-z0-9-]*$/u,
  "1 to 63 small letters, digits and dashes, as my-shop",
);
const name = text(128);
const origin: FieldReader<string> = {
  demand: "an origin as https://shop.example, or *",
  read(value) {
    if (value === "*") return value;
    return typeof value === "string" && URL.canParse(value) && new URL(value).origin === value ? value : undefined;
  },
};
const timeZone: FieldReader<string> = {
  demand: "an IANA time zone, as Europe/Paris",
  read(value) {
    try {
      return typeof value === "string" ? new Intl.DateTimeFormat("en", { timeZone: value }) && value : undefined;
    } catch {
      return undefined;
    }
  },
};
const wish = word(["drop", "strip", "ignore"]);
const days = whole(0, 36_500);

/** `POST /v1/organisations` */
export interface OrganisationOrder {
  readonly id?: string;
  readonly name?: string;
}

export const organisationShape: ShapeOf<OrganisationOrder> = { id, name };

/** `POST /v1/organisations/:id/members` */
export interface MemberOrder {
  readonly name?: string;
  readonly role?: MemberRole;
}

export const memberShape: ShapeOf<MemberOrder> = { name, role: word(["owner", "admin", "viewer"]) };

/** `POST /v1/projects` */
export interface ProjectOrder {
  readonly id?: string;
  readonly name?: string;
  readonly organisation?: string;
  readonly group?: string;
  readonly timeZone?: string;
  readonly origins?: readonly string[];
  readonly privacy?: Partial<PrivacyPolicy>;
  readonly retention?: Partial<Retention>;
}

export const projectShape: ShapeOf<ProjectOrder> = {
  ...{ id, name, timeZone, group: name, organisation: id },
  origins: list(origin, 100),
  privacy: object<Partial<PrivacyPolicy>>({ gpc: wish, dnt: wish }),
  retention: object<Partial<Retention>>({ rawDays: days, aggregateDays: days, snapshotDays: days }),
};

/** `POST /v1/projects/:id/keys` */
export interface KeyOrder {
  readonly kind?: KeyKind;
  readonly label?: string;
  readonly scopes?: readonly KeyScope[];
  readonly origins?: readonly string[];
  readonly eventsPerMinute?: number;
}

export const keyShape: ShapeOf<KeyOrder> = {
  kind: word(["public", "read", "write", "relay"]),
  label: text(128),
  scopes: list(word(allScopes.filter((scope) => scope !== "members")), allScopes.length),
  origins: list(origin, 100),
  eventsPerMinute: whole(1, 1_000_000_000),
};

/** `POST /v1/projects/:id/keys/:key/rotate` */
export interface RotationOrder {
  readonly graceSeconds?: number;
}

export const rotationShape: ShapeOf<RotationOrder> = { graceSeconds: whole(0, 7_776_000) };
