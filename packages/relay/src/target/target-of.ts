import { type OptionCheck, optionCheck } from "../option-check.js";
import { type AmplitudeTargetOptions, amplitude, amplitudeChecks } from "./amplitude.js";
import type { AddressOption, EventTargetOptions } from "./event-target.js";
import { checkSelection } from "./events/check-selection.js";
import { type Ga4TargetOptions, ga4, ga4Checks } from "./ga4.js";
import { type HeatTargetOptions, heat, heatChecks } from "./heat.js";
import { type CollectorTargetOptions, collectorChecks, isotherm } from "./isotherm.js";
import { type MatomoTargetOptions, matomo, matomoChecks } from "./matomo.js";
import { type MixpanelTargetOptions, mixpanel, mixpanelChecks } from "./mixpanel.js";
import { type OpenpanelTargetOptions, openpanel, openpanelChecks } from "./openpanel.js";
import { type OtlpTargetOptions, otlp, otlpChecks } from "./otlp.js";
import { type PlausibleTargetOptions, plausible, plausibleChecks } from "./plausible.js";
import { type PosthogTargetOptions, posthog, posthogChecks } from "./posthog.js";
import { type SegmentTargetOptions, segment, segmentChecks } from "./segment.js";
import { type SnowplowTargetOptions, snowplow, snowplowChecks } from "./snowplow.js";
import { type StdoutTargetOptions, stdout, stdoutChecks } from "./stdout.js";
import type { Target } from "./target.js";
import { type UmamiTargetOptions, umami, umamiChecks } from "./umami.js";
import { type WebhookTargetOptions, webhook, webhookChecks } from "./webhook.js";

/** Where a relay's batches go. */
export type TargetOptions =
  | AmplitudeTargetOptions
  | CollectorTargetOptions
  | Ga4TargetOptions
  | HeatTargetOptions
  | MatomoTargetOptions
  | MixpanelTargetOptions
  | OpenpanelTargetOptions
  | OtlpTargetOptions
  | PlausibleTargetOptions
  | PosthogTargetOptions
  | SegmentTargetOptions
  | SnowplowTargetOptions
  | StdoutTargetOptions
  | UmamiTargetOptions
  | WebhookTargetOptions;

interface Kind<O extends TargetOptions> {
  readonly check: (options: O, check: OptionCheck) => void;
  readonly make: (options: O) => Target;
  /** Its options besides those that all have. */
  readonly fields: { readonly [Field in Exclude<keyof O, keyof EventTargetOptions | "type">]-?: true };
}

/** Every backend that a relay speaks to, by its type. */
const kinds: { readonly [T in TargetOptions["type"]]: Kind<Extract<TargetOptions, { readonly type: T }>> } = {
  amplitude: {
    check: amplitudeChecks,
    make: amplitude,
    fields: { url: true, apiKey: true, minIdLength: true, sendAddress: true },
  },
  ga4: { check: ga4Checks, make: ga4, fields: { url: true, measurementId: true, apiSecret: true, sendAddress: true } },
  heat: { check: heatChecks, make: heat, fields: { url: true, projectKey: true, token: true, sendAddress: true } },
  isotherm: { check: collectorChecks, make: isotherm, fields: { url: true, keyId: true, secrets: true } },
  matomo: {
    check: matomoChecks,
    make: matomo,
    fields: { url: true, siteId: true, tokenAuth: true, goals: true, dimensions: true, transactions: true },
  },
  mixpanel: {
    check: mixpanelChecks,
    make: mixpanel,
    fields: { url: true, token: true, serviceAccount: true, sendAddress: true },
  },
  openpanel: { check: openpanelChecks, make: openpanel, fields: { url: true, clientId: true, clientSecret: true } },
  otlp: {
    check: otlpChecks,
    make: otlp,
    fields: { url: true, headers: true, serviceName: true, retried: true, sendAddress: true },
  },
  plausible: { check: plausibleChecks, make: plausible, fields: { url: true, domain: true, lateness: true } },
  posthog: { check: posthogChecks, make: posthog, fields: { url: true, apiKey: true, sendAddress: true } },
  segment: {
    check: segmentChecks,
    make: segment,
    fields: { flavour: true, url: true, writeKey: true, sendAddress: true },
  },
  snowplow: {
    check: snowplowChecks,
    make: snowplow,
    fields: { url: true, appId: true, namespace: true, path: true, schemas: true },
  },
  stdout: { check: stdoutChecks, make: stdout, fields: { stream: true } },
  umami: { check: umamiChecks, make: umami, fields: { url: true, website: true, tag: true, batch: true } },
  webhook: { check: webhookChecks, make: webhook, fields: { url: true, secrets: true, sites: true } },
};

/** Options of every target that speaks of events, and those of any. */
const ofEvents: { readonly [Field in keyof Required<EventTargetOptions>]: true } = {
  name: true,
  events: true,
  concurrency: true,
  late: true,
  onUnknown: true,
};
const common = ["name", "concurrency"];

/** The target that options speak of. */
export const targetOf = (options: TargetOptions): Target => kindOf(options).make(options);

/** Refuses a list of targets that cannot work: throws `options_invalid`, which names the field and the fix. */
export function checkTargets(targets: readonly TargetOptions[] | undefined): void {
  if (!Array.isArray(targets) || targets.length === 0) optionCheck("").fail("targets", "name at least one target");
  const names = new Set<string>();
  for (const [index, target] of ((targets ?? []) as readonly TargetOptions[]).entries()) {
    const check = optionCheck(`targets[${index}]`);
    const { type, name = type, concurrency } = target;
    check.choice("type", type ?? "", Object.keys(kinds));
    check.name("name", name);
    if (names.has(name)) check.fail("name", `another target is called ${JSON.stringify(name)}; choose another`);
    names.add(name);
    const shared = type === "isotherm" || type === "webhook" ? common : Object.keys(ofEvents);
    const known = ["type", ...shared, ...Object.keys(kindOf(target).fields)];
    const unknown = Object.keys(target).find((field) => !known.includes(field));
    if (unknown !== undefined) check.fail(unknown, `is unknown; known here are ${known.join(", ")}`);
    check.count("concurrency", concurrency);
    const { events, late, onUnknown, sendAddress } = target as Partial<EventTargetOptions & AddressOption>;
    checkSelection(events, check);
    check.choice("late", late, ["dead", "send"]);
    check.choice("onUnknown", onUnknown, ["resend", "drop"]);
    check.flag("sendAddress", sendAddress);
    kindOf(target).check(target, check);
  }
}

const kindOf = (options: TargetOptions): Kind<TargetOptions> => kinds[options.type] as Kind<TargetOptions>;
