import { isSite } from "./briefing/read-briefing.js";
import { parseRange } from "./client/address-range.js";
import type { CollectorTargetOptions, RelayOptions } from "./options.js";
import { RelayError } from "./relay-error.js";

const pathForm = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const nameForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const keyIdForm = /^rk_[0-9A-Za-z]{12}$/;
const secretForm = /^whsec_[A-Za-z0-9+/]{43,}=*$/;

/** Refuses options that cannot work, with one line that names the field and the fix. */
export function checkOptions(options: RelayOptions): void {
  const { folder, sdkFolder, paths, targets, sites = [], trustProxy = [] } = options;
  if (!isText(folder)) throw wrong("folder", "name a folder that the relay may write to");
  if (!isText(sdkFolder)) throw wrong("sdkFolder", "name the folder with the script-tag build of @isotherm/sdk");
  if (typeof options.journal?.append !== "function")
    throw wrong("journal", "pass an open journal, as of fileJournal()");
  checkPaths(paths);
  checkTargets(targets);
  for (const [index, site] of sites.entries()) {
    if (!isSite(site)) throw wrong(`sites[${index}]`, "give id, group, timeZone, keys, origins and privacy");
  }
  for (const [index, range] of trustProxy.entries()) {
    if (parseRange(range) === undefined) {
      throw wrong(`trustProxy[${index}]`, `${JSON.stringify(range)} is no address or CIDR range; write 10.0.0.0/8`);
    }
  }
  checkCount("requestsPerMinute", options.requestsPerMinute);
  checkCount("eventsPerMinute", options.eventsPerMinute);
  checkCount("briefingEveryMs", options.briefingEveryMs);
  checkCount("deadLetterBytes", options.deadLetterBytes);
  checkCount("retry.firstMs", options.retry?.firstMs);
  checkCount("retry.maxMs", options.retry?.maxMs);
  checkCount("retry.timeoutMs", options.retry?.timeoutMs);
}

function checkPaths(paths: RelayOptions["paths"] | undefined): void {
  for (const field of ["intake", "script"] as const) {
    const path: unknown = paths?.[field];
    if (!isText(path)) throw wrong(`paths.${field}`, "choose a path, as /f3k9q2w7; there is no default");
    if (!path.startsWith("/"))
      throw wrong(`paths.${field}`, `must begin with a slash; write ${JSON.stringify(`/${path}`)}`);
    if (!pathForm.test(path)) throw wrong(`paths.${field}`, "may hold letters, digits and . _ ~ - between slashes");
    if (overlap(path, "/health")) throw wrong(`paths.${field}`, "/health is taken; choose another path");
  }
  if (paths !== undefined && overlap(paths.intake, paths.script)) {
    throw wrong("paths.script", "lies on the same path as paths.intake; choose another one");
  }
}

function checkTargets(targets: readonly CollectorTargetOptions[] | undefined): void {
  if (!Array.isArray(targets) || targets.length === 0) throw wrong("targets", "name at least one target");
  const names = new Set<string>();
  for (const [index, target] of (targets as readonly CollectorTargetOptions[]).entries()) {
    const field = `targets[${index}]`;
    const { type, name = "isotherm", url, keyId, secrets, concurrency } = target;
    if (type !== "isotherm") throw wrong(`${field}.type`, 'must be "isotherm"');
    if (!nameForm.test(name)) throw wrong(`${field}.name`, "write it in lower-case letters, digits, - and _");
    if (names.has(name))
      throw wrong(`${field}.name`, `another target is called ${JSON.stringify(name)}; choose another`);
    names.add(name);
    if (!isHttp(url)) throw wrong(`${field}.url`, "write the collector's address, as https://collector.example");
    if (!isText(keyId) || !keyIdForm.test(keyId)) {
      throw wrong(`${field}.keyId`, "must be rk_ and 12 letters or digits; `isotherm keys create relay` makes one");
    }
    if (!Array.isArray(secrets) || secrets.length === 0) {
      throw wrong(`${field}.secrets`, "is missing; `isotherm keys create relay` makes a secret");
    }
    if (secrets.length > 2) throw wrong(`${field}.secrets`, "may hold two at most, while one replaces the other");
    if (!secrets.every((secret: unknown) => isText(secret) && secretForm.test(secret))) {
      throw wrong(`${field}.secrets`, "must be whsec_ and at least 32 bytes in base64");
    }
    checkCount(`${field}.concurrency`, concurrency);
  }
}

function checkCount(field: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) throw wrong(field, "must be a number above 0");
}

const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isHttp = (value: unknown): boolean =>
  isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

const wrong = (field: string, fix: string): RelayError => new RelayError("options_invalid", `${field}: ${fix}`);
