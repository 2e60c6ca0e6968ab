import type { Briefing } from "@isotherm/protocol";
import type { FastifyInstance } from "fastify";
import { answers, errorAnswers } from "../api/schema/answers.js";
import { isValid } from "../auth/is-valid.js";
import { checkSignature, relayKeyOf, type SignatureCheck } from "../auth/relay-signature.js";
import type { AddressReader } from "../intake/client-address.js";
import type { Site } from "../store/sites.js";
import type { SaltKeeper } from "./salt-keeper.js";

/** What the briefing is made of. */
export interface BriefingParts extends SignatureCheck {
  readonly salts: SaltKeeper;
  readonly addresses: AddressReader;
}

const nothing = new Uint8Array(0);

/** Tells a signed relay the sites, keys, origins and salts that it needs to work on through an outage of the collector. */
export function briefingRoute(app: FastifyInstance, parts: BriefingParts): void {
  const { registry, salts, addresses, now } = parts;

  app.get(
    "/v1/briefing",
    {
      schema: {
        operationId: "briefing",
        tags: ["relay"],
        summary: "Sites, valid keys, origins, privacy and salts, for signed relays",
        description: "Signed over an empty body.",
        security: [{ relaySignature: [], relayKey: [] }],
        response: {
          200: answers("Briefing"),
          ...errorAnswers(["signature_invalid", "rate_limited", "unavailable"]),
        },
      },
    },
    async (request, reply) => {
      const signed = {
        header: (name: string): string | undefined => {
          const value = request.headers[name];
          return Array.isArray(value) ? value.join(", ") : value;
        },
        address: addresses.client(request.socket.remoteAddress, request.headers),
      };
      const relay = await relayKeyOf(signed, parts);
      await checkSignature(signed, nothing, relay, parts);
      const known = registry.known().registry;
      const sites = known.sites.filter(({ id }) => relay.site === null || relay.site === id);
      const groups = new Set(sites.map(({ group }) => group));
      const all = sites.length === 0 ? [] : await salts.all();
      const validKeys = (site: Site): readonly string[] =>
        known.keys
          .filter((key) => key.kind === "public" && key.site === site.id && isValid(key, now()))
          .map(({ id }) => id);
      const briefing: Briefing = {
        at: now(),
        sites: sites.map((site) => ({
          id: site.id,
          group: site.group,
          timeZone: site.timeZone,
          keys: validKeys(site),
          origins: site.origins,
          privacy: site.privacy,
        })),
        salts: all.filter(({ group }) => groups.has(group)),
      };
      return reply.header("cache-control", "no-store").send(briefing);
    },
  );
}
