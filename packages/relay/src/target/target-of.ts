import { type OptionCheck, optionCheck } from "../option-check.js";
import { type AmplitudeTargetOptions, amplitude, amplitudeChecks } from "./amplitude.js";
import type { EventTargetOptions } from "./event-target.js";
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
import type { Target } from "./target.js";
import { type UmamiTargetOptions, umami, umamiChecks } from "./umami.js";

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
  | UmamiTargetOptions;

interface Kind<O extends TargetOptions> {
  readonly check: (options: O, check: OptionCheck) => void;
  readonly make: (options: O) => Target;
}

/** Every backend that a relay speaks to, by its type. */
const kinds: { readonly [T in TargetOptions["type"]]: Kind<Extract<TargetOptions, { readonly type: T }>> } = {
  amplitude: { check: amplitudeChecks, make: amplitude },
  ga4: { check: ga4Checks, make: ga4 },
  heat: { check: heatChecks, make: heat },
  isotherm: { check: collectorChecks, make: isotherm },
  matomo: { check: matomoChecks, make: matomo },
  mixpanel: { check: mixpanelChecks, make: mixpanel },
  openpanel: { check: openpanelChecks, make: openpanel },
  otlp: { check: otlpChecks, make: otlp },
  plausible: { check: plausibleChecks, make: plausible },
  posthog: { check: posthogChecks, make: posthog },
  segment: { check: segmentChecks, make: segment },
  snowplow: { check: snowplowChecks, make: snowplow },
  umami: { check: umamiChecks, make: umami },
};

const nameForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;

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
    if (!nameForm.test(name)) check.fail("name", "write it in lower-case letters, digits, - and _");
    if (names.has(name)) check.fail("name", `another target is called ${JSON.stringify(name)}; choose another`);
    names.add(name);
    check.count("concurrency", concurrency);
    const { late, onUnknown } = target as Partial<EventTargetOptions>;
    check.choice("late", late, ["dead", "send"]);
    check.choice("onUnknown", onUnknown, ["resend", "drop"]);
    kindOf(target).check(target, check);
  }
}

const kindOf = (options: TargetOptions): Kind<TargetOptions> => kinds[options.type] as Kind<TargetOptions>;
