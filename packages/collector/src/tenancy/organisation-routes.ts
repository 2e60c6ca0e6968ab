import { answers, body, bodyRefusals, errorAnswers, keyRefusals, pathParameters } from "../api/schema/answers.js";
import { operatorOnly } from "../auth/admin-key.js";
import { CollectorError } from "../collector-error.js";
import type { Member } from "../store/people.js";
import type { MadeMemberAnswer } from "./answers.js";
import { newKey } from "./new-key.js";
import {
  newest,
  ofOrganisation,
  operatorAlone,
  operatorOrKey,
  orderOf,
  type TenancyRoutes,
  tenancyRoutes,
} from "./parts.js";
import { required, taken } from "./read-order.js";
import { memberShape, organisationShape } from "./shapes.js";

const refusals = [...keyRefusals, "not_found"] as const;
const names = { id: "The organisation's id" };

/** Organisations and who belongs to them, for the operator and for owners. */
export const organisationRoutes: TenancyRoutes = tenancyRoutes((app, parts) => {
  const { store, registry, now } = parts;

  app.post(
    "/v1/organisations",
    {
      schema: {
        operationId: "createOrganisation",
        tags: ["tenancy"],
        summary: "Makes an organisation",
        security: operatorAlone,
        body: body(["OrganisationOrder"], ["application/json"]),
        response: {
          201: answers("Organisation", "It was made"),
          ...errorAnswers([...keyRefusals, "id_taken", ...bodyRefusals]),
        },
      },
    },
    async (request, reply) => {
      operatorOnly(request, parts);
      const order = orderOf(request, organisationShape);
      const id = required("id", order.id);
      const made = { id, name: order.name ?? id, createdAt: now() };
      if (!(await store.addOrganisation(made, "admin"))) throw taken("an organisation", id);
      await registry.renew();
      return reply.code(201).send({ ...made, members: [] });
    },
  );

  app.get(
    "/v1/organisations",
    {
      schema: {
        operationId: "organisations",
        tags: ["tenancy"],
        summary: "Every organisation with its members",
        security: operatorAlone,
        response: { 200: answers("OrganisationsAnswer"), ...errorAnswers(keyRefusals) },
      },
    },
    async (request, reply) => {
      operatorOnly(request, parts);
      const { organisations = [], members = [] } = await newest(parts);
      return reply.send({
        organisations: organisations.map((one) => ({
          ...one,
          members: members.filter(({ organisation }) => organisation === one.id),
        })),
      });
    },
  );

  app.get<{ Params: { id: string } }>(
    "/v1/organisations/:id/members",
    {
      schema: {
        operationId: "members",
        tags: ["tenancy"],
        summary: "Who belongs to an organisation, also those who did",
        description: "Needs the operator's key, or an owner's.",
        security: operatorOrKey,
        params: pathParameters(names),
        response: { 200: answers("MembersAnswer"), ...errorAnswers(refusals) },
      },
    },
    async (request, reply) => {
      const { organisation } = await ofOrganisation(request, "members", parts);
      return reply.send({ members: membersOf(organisation) });
    },
  );

  app.post<{ Params: { id: string } }>(
    "/v1/organisations/:id/members",
    {
      schema: {
        operationId: "addMember",
        tags: ["tenancy"],
        summary: "Adds a member, with a key that opens the organisation's sites as far as the role goes",
        description: "Needs the operator's key, or an owner's. The key is shown this once.",
        security: operatorOrKey,
        params: pathParameters(names),
        body: body(["MemberOrder"], ["application/json"]),
        response: {
          201: answers("MadeMember", "The member was added"),
          ...errorAnswers([...refusals, ...bodyRefusals]),
        },
      },
    },
    async (request, reply) => {
      const { reader, organisation } = await ofOrganisation(request, "members", parts);
      const order = orderOf(request, memberShape);
      const [name, role] = [required("name", order.name), required("role", order.role)];
      const at = now();
      const member: Member = { id: crypto.randomUUID(), organisation, name, role, createdAt: at, removedAt: null };
      const made = newKey({ kind: "read", site: null, organisation, member: member.id, label: name, createdAt: at });
      await store.putMember(member, reader.actor);
      await store.putKey(made.stored, reader.actor);
      await registry.renew();
      return reply.code(201).send({ ...member, key: made.shown } satisfies MadeMemberAnswer);
    },
  );

  app.delete<{ Params: { id: string; member: string } }>(
    "/v1/organisations/:id/members/:member",
    {
      schema: {
        operationId: "removeMember",
        tags: ["tenancy"],
        summary: "Removes a member: their key is worth nothing from now on",
        security: operatorOrKey,
        params: pathParameters({ ...names, member: "The member's id" }),
        response: {
          204: { type: "null", description: "They are gone" },
          ...errorAnswers([...refusals, ...bodyRefusals]),
        },
      },
    },
    async (request, reply) => {
      const { reader, organisation } = await ofOrganisation(request, "members", parts);
      const member = membersOf(organisation).find(({ id }) => id === request.params.member);
      if (!member) throw new CollectorError("not_found", "the organisation has no member of this id");
      const at = now();
      if (member.removedAt === null) await store.putMember({ ...member, removedAt: at }, reader.actor);
      for (const key of registry.known().registry.keys)
        if (key.member === member.id && key.revokedAt === null)
          await store.putKey({ ...key, revokedAt: at }, reader.actor);
      await registry.renew();
      return reply.code(204).send();
    },
  );

  const membersOf = (organisation: string): readonly Member[] =>
    (registry.known().registry.members ?? []).filter((member) => member.organisation === organisation);
});
