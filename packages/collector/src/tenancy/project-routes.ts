import {
  answers,
  body,
  bodyRefusals,
  errorAnswers,
  keyRefusals,
  pathParameters,
  siteRefusals,
} from "../api/schema/answers.js";
import { operatorOnly } from "../auth/admin-key.js";
import { usualScopes } from "../auth/scopes.js";
import { CollectorError } from "../collector-error.js";
import type { KeyKind, Site, StoredKey } from "../store/sites.js";
import { defaultOrganisation } from "../store/sql/organisations.js";
import { type MadeKeyAnswer, shownKey, shownProject } from "./answers.js";
import { type MadeKey, newKey } from "./new-key.js";
import {
  newest,
  operatorAlone,
  operatorOrKey,
  orderOf,
  readerNow,
  type TenancyRoutes,
  tenancyRoutes,
} from "./parts.js";
import { required, taken, wrong } from "./read-order.js";
import { keyShape, projectShape, rotationShape } from "./shapes.js";

const names = { id: "The site's id" };
const keyNames = { ...names, key: "The key's id, as lists show it" };
/** How long a key is still believed beside the one that takes its place, in seconds: a day. */
const usualGrace = 86_400;

/** Sites and their keys, for the operator, and for members who see to keys. */
export const projectRoutes: TenancyRoutes = tenancyRoutes((app, parts) => {
  const { store, registry, now } = parts;

  app.post(
    "/v1/projects",
    {
      schema: {
        operationId: "createProject",
        tags: ["tenancy"],
        summary: "Makes a site with its first public key",
        security: operatorAlone,
        body: body(["ProjectOrder"], ["application/json"]),
        response: {
          201: answers("Project", "The site was made"),
          ...errorAnswers([...keyRefusals, "id_taken", ...bodyRefusals]),
        },
      },
    },
    async (request, reply) => {
      operatorOnly(request, parts);
      const order = orderOf(request, projectShape);
      const known = await newest(parts);
      const id = required("id", order.id);
      const organisation = order.organisation ?? defaultOrganisation;
      if (!known.organisations?.some((one) => one.id === organisation))
        throw wrong("organisation", `organisation: there is no ${organisation}; make it first`);
      const { rawDays = 0, aggregateDays = 0, snapshotDays = 0 } = order.retention ?? {};
      const at = now();
      const site: Site = {
        ...{ id, organisation, name: order.name ?? id, group: order.group ?? id, timeZone: order.timeZone ?? "UTC" },
        origins: order.origins ?? ["*"],
        privacy: { gpc: order.privacy?.gpc ?? "drop", dnt: order.privacy?.dnt ?? "drop" },
        retention: { rawDays, aggregateDays, snapshotDays },
        ...{ demo: false, createdAt: at },
      };
      if (!(await store.addSite(site, "admin"))) throw taken("a site", id);
      const { stored } = newKey({ kind: "public", site: id, label: "", createdAt: at });
      await store.putKey(stored, "admin");
      await registry.renew();
      return reply.code(201).send(shownProject(site, [stored]));
    },
  );

  app.get(
    "/v1/projects",
    {
      schema: {
        operationId: "projects",
        tags: ["tenancy"],
        summary: "Every site with its keys, without what is secret of them",
        security: operatorAlone,
        response: { 200: answers("ProjectsAnswer"), ...errorAnswers(keyRefusals) },
      },
    },
    async (request, reply) => {
      operatorOnly(request, parts);
      const { sites, keys } = await newest(parts);
      return reply.send({ projects: sites.map((site) => shownProject(site, keys)) });
    },
  );

  app.post<{ Params: { id: string } }>(
    "/v1/projects/:id/keys",
    {
      schema: {
        operationId: "createKey",
        tags: ["tenancy"],
        summary: "Makes a key for a site; what is secret in it is shown this once",
        description: "Needs the operator's key, or the scope `keys`. Nobody gives a key scopes that they do not have.",
        security: operatorOrKey,
        params: pathParameters(names),
        body: body(["KeyOrder"], ["application/json"]),
        response: { 201: answers("MadeKey", "The key was made"), ...errorAnswers([...siteRefusals, ...bodyRefusals]) },
      },
    },
    async (request, reply) => {
      const reader = await readerNow(request, parts);
      const site = reader.require(request.params.id, "keys");
      const order = orderOf(request, keyShape);
      const kind = required("kind", order.kind);
      for (const scope of scopesOf({ kind, scopes: order.scopes })) reader.may(scope);
      if (order.scopes && kind !== "read") throw wrong("scopes", `scopes: a ${kind} key has none; leave them out`);
      if (order.origins && kind !== "public") throw wrong("origins", `origins: a ${kind} key has none; leave them out`);
      if (order.eventsPerMinute !== undefined && kind !== "public" && kind !== "write")
        throw wrong("eventsPerMinute", `eventsPerMinute: no events come under a ${kind} key; leave it out`);
      const made = newKey({
        ...{ kind, site: site.id, label: order.label ?? "", createdAt: now() },
        ...{ scopes: order.scopes ?? null, origins: order.origins ?? null },
        eventsPerMinute: order.eventsPerMinute ?? null,
      });
      await store.putKey(made.stored, reader.actor);
      await registry.renew();
      return reply.code(201).send(told(made));
    },
  );

  app.post<{ Params: { id: string; key: string } }>(
    "/v1/projects/:id/keys/:key/rotate",
    {
      schema: {
        operationId: "rotateKey",
        tags: ["tenancy"],
        summary: "Makes a key that takes another's place, which is believed a while longer",
        security: operatorOrKey,
        params: pathParameters(keyNames),
        body: body(["RotationOrder"], ["application/json"]),
        response: { 201: answers("MadeKey", "The key was made"), ...errorAnswers([...siteRefusals, ...bodyRefusals]) },
      },
    },
    async (request, reply) => {
      const reader = await readerNow(request, parts);
      const site = reader.require(request.params.id, "keys");
      const { graceSeconds = usualGrace } = orderOf(request, rotationShape);
      const old = keyOf(site.id, request.params.key);
      const { id: _id, secret: _secret, revokedAt: _revokedAt, ...facts } = old;
      for (const scope of scopesOf(facts)) reader.may(scope);
      const at = now();
      const made = newKey({ ...facts, createdAt: at });
      const rotation = { id: old.id, next: made.stored, until: at + graceSeconds * 1_000 };
      const isRotated = await store.rotateKey(rotation, reader.actor);
      await registry.renew();
      if (!isRotated)
        throw new CollectorError("not_found", "this key was revoked, and none takes its place; make another");
      return reply.code(201).send(told(made));
    },
  );

  app.delete<{ Params: { id: string; key: string } }>(
    "/v1/projects/:id/keys/:key",
    {
      schema: {
        operationId: "revokeKey",
        tags: ["tenancy"],
        summary: "Revokes a key: it is refused from now on",
        security: operatorOrKey,
        params: pathParameters(keyNames),
        response: {
          204: { type: "null", description: "It is refused" },
          ...errorAnswers([...siteRefusals, ...bodyRefusals]),
        },
      },
    },
    async (request, reply) => {
      const reader = await readerNow(request, parts);
      const site = reader.require(request.params.id, "keys");
      const key = keyOf(site.id, request.params.key);
      const at = now();
      if (key.revokedAt === null || key.revokedAt > at) await store.putKey({ ...key, revokedAt: at }, reader.actor);
      await registry.renew();
      return reply.code(204).send();
    },
  );

  /** As `readerNow` has just found it. */
  function keyOf(site: string, id: string): StoredKey {
    const key = registry.known().registry.keys.find((one) => one.id === id && one.site === site);
    if (key === undefined) throw new CollectorError("not_found", "the site has no key of this id");
    return key;
  }
});

/** The only answer that shows what is secret of a key. */
const told = ({ stored, shown }: MadeKey): MadeKeyAnswer => ({ ...shownKey(stored), key: shown });

/** What a key may do: a read key that says nothing of it may do what is usual. */
const scopesOf = ({ kind, scopes }: { readonly kind: KeyKind; readonly scopes?: StoredKey["scopes"] | undefined }) =>
  scopes ?? (kind === "read" ? usualScopes : []);
