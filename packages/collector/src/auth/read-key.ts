import type { FastifyRequest } from "fastify";
import { CollectorError } from "../collector-error.js";
import type { Directory } from "../registry/directory.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { KeyScope } from "../store/people.js";
import type { Site, StoredKey } from "../store/sites.js";
import { defaultOrganisation } from "../store/sql/organisations.js";
import { adminKeyHeader, operatorOnly } from "./admin-key.js";
import { type AskingParts, askerOf, type OperatorParts } from "./asker.js";
import { isValid } from "./is-valid.js";
import { allScopes, roleScopes, usualScopes } from "./scopes.js";
import { secretKeyOf } from "./secret-key.js";

/** What a valid read key opens. */
export interface Reader {
  /** Id of the key, or `admin`: what the audit names. */
  readonly actor: string;
  /** Whether it opens every site there is, and those to come. */
  readonly everything: boolean;
  /** Whether it opens this site. */
  opens(site: string): boolean;
  /** The sites it opens, by name. */
  sites(): readonly Site[];
  /**
   * The site of this id, for this. Throws the same `not_found` for a site that is not there and for one that this key does not
   * open, and `scope_missing` where it opens the site, but not for this.
   */
  require(id: string, scope: KeyScope): Site;
  /** Whether it may do this in the organisation as a whole. */
  rules(organisation: string, scope: KeyScope): boolean;
  /** Throws `scope_missing` where the key is not for this. */
  may(scope: KeyScope): void;
  /** Whether it would still be let in to this site for this: a key may be revoked or changed while its answer goes on. */
  still(site: string, scope: KeyScope): boolean;
}

/** Finds who asks, by `Authorization: Bearer rd_…`. Rejects as `secretKeyOf` does. */
export async function readerOf(request: FastifyRequest, parts: AskingParts): Promise<Reader> {
  const { registry, now } = parts;
  const key = await secretKeyOf("read", request.headers.authorization, askerOf(request, parts));
  const rights = rightsOf(key, registry.known());
  if (rights === null)
    throw new CollectorError("token_invalid", "whose key this is belongs to the organisation no more");
  return readerFor(registry, rights, () => {
    const found = registry.known().secretKey("read", key.secret ?? "");
    return found && isValid(found, now()) ? rightsOf(found, registry.known()) : null;
  });
}

/** The same, or the operator, who may do everything, by `x-admin-key`. */
export async function readerOrOperator(request: FastifyRequest, parts: OperatorParts): Promise<Reader> {
  if (request.headers[adminKeyHeader] === undefined) return readerOf(request, parts);
  operatorOnly(request, parts);
  const everything = { actor: "admin", scopes: allScopes, organisation: null, opens: () => true, operator: true };
  return readerFor(parts.registry, everything, () => everything);
}

interface Rights {
  readonly actor: string;
  readonly scopes: readonly KeyScope[];
  readonly organisation: string | null;
  readonly opens: (site: Pick<Site, "id" | "organisation">) => boolean;
  readonly everything?: boolean;
  readonly operator?: boolean;
}

function readerFor(registry: RegistryKeeper, rights: Rights, rightsNow: () => Rights | null): Reader {
  const known = registry.known();
  const { actor, scopes, organisation, opens, everything = false, operator = false } = rights;
  const may = (scope: KeyScope): void => {
    if (!scopes.includes(scope))
      throw new CollectorError("scope_missing", `this key has no scope \`${scope}\`; it has ${scopes.join(", ")}`);
  };
  return {
    actor,
    everything: everything || operator,
    opens: (id) => {
      const site = known.site(id);
      return site !== undefined && opens(site);
    },
    sites: () => known.registry.sites.filter(opens).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    require(id, scope) {
      const site = known.site(id);
      if (!site || !opens(site))
        throw new CollectorError("not_found", "this read key opens no site of this id; see /v1/sites");
      may(scope);
      return site;
    },
    rules: (id, scope) => (operator || organisation === id) && scopes.includes(scope),
    may,
    still(id, scope) {
      const site = registry.known().site(id);
      const held = rightsNow();
      return site !== undefined && held?.opens(site) === true && held.scopes.includes(scope);
    },
  };
}

/** A key of a site opens that site, one of an organisation all of its sites, and the operator's all there are. */
function opensOf({ site, organisation }: StoredKey): Rights["opens"] {
  if (site !== null) return ({ id }) => id === site;
  if (organisation != null) return (one) => organisationOf(one) === organisation;
  return () => true;
}

/** What a key is worth; null where it is a member's who was removed. */
function rightsOf(key: StoredKey, known: Directory): Rights | null {
  const member = key.member == null ? null : known.member(key.member);
  if (member === undefined) return null;
  return {
    actor: key.id,
    scopes: member === null ? (key.scopes ?? usualScopes) : roleScopes[member.role],
    organisation: key.organisation ?? null,
    opens: opensOf(key),
    everything: key.site === null && key.organisation == null,
  };
}

const organisationOf = ({ organisation }: Pick<Site, "organisation">): string => organisation ?? defaultOrganisation;
