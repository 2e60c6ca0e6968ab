import type { FastifyRequest } from "fastify";
import { CollectorError } from "../collector-error.js";
import type { Directory } from "../registry/directory.js";
import type { KeyScope } from "../store/people.js";
import type { Site, StoredKey } from "../store/sites.js";
import { defaultOrganisation } from "../store/sql/organisations.js";
import { adminKeyHeader, operatorOnly } from "./admin-key.js";
import { type AskingParts, askerOf, type OperatorParts } from "./asker.js";
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
}

/** Finds who asks, by `Authorization: Bearer rd_…`. Rejects as `secretKeyOf` does. */
export async function readerOf(request: FastifyRequest, parts: AskingParts): Promise<Reader> {
  const key = await secretKeyOf("read", request.headers.authorization, askerOf(request, parts));
  const known = parts.registry.known();
  return readerFor(known, {
    actor: key.id,
    scopes: scopesOf(key, known),
    organisation: key.organisation ?? null,
    opens: opensOf(key),
    everything: key.site === null && key.organisation == null,
  });
}

/** The same, or the operator, who may do everything, by `x-admin-key`. */
export async function readerOrOperator(request: FastifyRequest, parts: OperatorParts): Promise<Reader> {
  if (request.headers[adminKeyHeader] === undefined) return readerOf(request, parts);
  operatorOnly(request, parts);
  const everything = { actor: "admin", scopes: allScopes, organisation: null, opens: () => true, operator: true };
  return readerFor(parts.registry.known(), everything);
}

interface Rights {
  readonly actor: string;
  readonly scopes: readonly KeyScope[];
  readonly organisation: string | null;
  readonly opens: (site: Pick<Site, "id" | "organisation">) => boolean;
  readonly everything?: boolean;
  readonly operator?: boolean;
}

function readerFor(
  known: Directory,
  { actor, scopes, organisation, opens, everything = false, operator = false }: Rights,
): Reader {
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
  };
}

/** A key of a site opens that site, one of an organisation all of its sites, and the operator's all there are. */
function opensOf({ site, organisation }: StoredKey): Rights["opens"] {
  if (site !== null) return ({ id }) => id === site;
  if (organisation != null) return (one) => organisationOf(one) === organisation;
  return () => true;
}

function scopesOf(key: StoredKey, known: Directory): readonly KeyScope[] {
  if (key.member == null) return key.scopes ?? usualScopes;
  const member = known.member(key.member);
  return member === undefined ? [] : roleScopes[member.role];
}

const organisationOf = ({ organisation }: Pick<Site, "organisation">): string => organisation ?? defaultOrganisation;
