import type { Briefing, PrivacyPolicy, Salt, SiteBriefing } from "@isotherm/protocol";
import { RelayError } from "../relay-error.js";

type Fields = { readonly [field: string]: unknown };

const decoder = new TextDecoder();

/** Reads a briefing, from the collector or from disk. Throws a `RelayError` of code `briefing_invalid` when it is none. */
export function readBriefing(body: Uint8Array): Briefing {
  try {
    return briefingOf(JSON.parse(decoder.decode(body)));
  } catch (cause) {
    if (cause instanceof RelayError) throw cause;
    throw new RelayError("briefing_invalid", "the briefing is not JSON", { cause });
  }
}

/** What was parsed already as a briefing; throws as `readBriefing` does. */
export function briefingOf(value: unknown): Briefing {
  if (!isFields(value) || typeof value.at !== "number") throw invalid("at");
  return { at: value.at, sites: listOf(value.sites, "sites", isSite), salts: listOf(value.salts, "salts", isSalt) };
}

/** Whether a value is what a relay must know of a site. */
export function isSite(value: unknown): value is SiteBriefing {
  return (
    isFields(value) &&
    ["id", "group", "timeZone"].every((field) => typeof value[field] === "string") &&
    isTexts(value.keys) &&
    isTexts(value.origins) &&
    isPolicy(value.privacy)
  );
}

function isSalt(value: unknown): value is Salt {
  return (
    isFields(value) &&
    ["group", "day"].every((field) => typeof value[field] === "string") &&
    typeof value.secret === "string" &&
    base64.test(value.secret) &&
    ["from", "until"].every((field) => typeof value[field] === "number")
  );
}

function isPolicy(value: unknown): value is PrivacyPolicy {
  return isFields(value) && [value.gpc, value.dnt].every((action) => actions.includes(action));
}

const base64 = /^[A-Za-z0-9+/]{43,}={0,2}$/;
const actions: readonly unknown[] = ["drop", "strip", "ignore"];

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === "string");

function listOf<T>(value: unknown, field: string, is: (entry: unknown) => entry is T): readonly T[] {
  if (!Array.isArray(value)) throw invalid(field);
  const wrong = value.findIndex((entry) => !is(entry));
  if (wrong !== -1) throw invalid(`${field}/${wrong}`);
  return value;
}

const invalid = (path: string): RelayError =>
  new RelayError("briefing_invalid", `/${path} of the briefing is not right`);
