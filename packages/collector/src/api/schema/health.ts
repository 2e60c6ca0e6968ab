import type { Damage } from "@isotherm/journal";
import type { Briefing, PrivacyPolicy, Salt, SiteBriefing } from "@isotherm/protocol";
import type { CollectorHealth } from "../../health/health.js";
import { choice, count, flag, list, map, nullable, number, object, type Schema, string, time } from "./schema.js";

const policy = (): Schema<"drop" | "strip" | "ignore"> => choice({ drop: true, strip: true, ignore: true });

/** What operators and relays ask for, by the name that it has in the OpenAPI document. */
export const healthSchemas: { readonly [name: string]: object } = {
  Liveness: object<{ readonly live: boolean }>({ live: flag() }),
  Readiness: object<{ readonly ready: boolean }>({ ready: flag("It can make a batch durable") }),
  Health: object<CollectorHealth>({
    status: choice({ ok: true, degraded: true, closing: true }),
    ready: flag("It can make a batch durable, whatever the store does"),
    at: time("The collector's clock"),
    journal: object<CollectorHealth["journal"]>({
      durability: choice({ disk: true, majority: true, async: true, memory: true }),
      bytes: count(),
      maxBytes: count(),
      records: count(),
      oldestAt: nullable(time("When the oldest record kept was written")),
      writable: flag("False while the last write has failed or the journal is full"),
      dropped: count("Records lost to the bound before they could be queried"),
      damage: list(
        object<Damage>({
          file: string(),
          from: count("First byte"),
          to: count("First byte after"),
          reason: string(),
        }),
        "Parts of the journal that could not be read",
      ),
    }),
    intake: object<CollectorHealth["intake"]>({
      bytes: count("Bytes of bodies of requests under way"),
      maxBytes: count("The most there may be"),
      turnedAway: count("Requests that found no room since the start"),
    }),
    projector: object<CollectorHealth["projector"]>({
      running: flag(),
      waiting: count("Records that cannot be queried yet"),
      lag: number("Milliseconds since the oldest of them came"),
      failing: nullable(string("Why the last try failed")),
      aside: count("Records that the store does not take, kept and offered to it again at each start"),
    }),
    store: object<CollectorHealth["store"]>({ reachable: flag() }),
    registry: object<CollectorHealth["registry"]>({
      known: flag("Sites and keys are known"),
      fresh: flag("The store answered the last time it was asked"),
      sites: count(),
      keys: count(),
    }),
    counts: map(count(), "Batches by what became of them, as long as this journal lives"),
    refused: map(count(), "Requests refused as a whole since the start, by code"),
    dropped: map(count(), "Batches that a privacy signal kept out since the start"),
  }),
  Briefing: object<Briefing>({
    at: time("The collector's clock"),
    sites: list(
      object<SiteBriefing>({
        id: string(),
        group: string("Sites of one group share their daily visitors"),
        timeZone: string("IANA time zone"),
        keys: list(string(), "Public keys that are valid now"),
        origins: list(string(), "Allowed origins; `*` allows all"),
        privacy: object<PrivacyPolicy>({ gpc: policy(), dnt: policy() }),
      }),
    ),
    salts: list(
      object<Salt>({
        group: string(),
        day: string("Local day, as 2026-11-21"),
        from: time("The day's beginning"),
        until: time("The day's end, not included"),
        secret: string("32 random bytes, base64"),
      }),
    ),
  }),
};
