import { isSite } from "./briefing/read-briefing.js";
import { parseRange } from "./client/address-range.js";
import type { RelayOptions } from "./options.js";
import { checkPassthroughs } from "./passthrough/check-passthrough.js";
import { RelayError } from "./relay-error.js";
import { checkTargets } from "./target/target-of.js";

const pathForm = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** Refuses options that cannot work, with one line that names the field and the fix. */
export function checkOptions(options: RelayOptions): void {
  const { folder, sdkFolder, paths, targets, sites = [], trustProxy = [] } = options;
  if (!isText(folder)) throw wrong("folder", "name a folder that the relay may write to");
  if (!isText(sdkFolder)) throw wrong("sdkFolder", "name the folder with the script-tag build of @isotherm/sdk");
  if (typeof options.journal?.append !== "function")
    throw wrong("journal", "pass an open journal, as of fileJournal()");
  checkPaths(paths);
  checkTargets(targets);
  checkPassthroughs(options.passthrough ?? [], targets, [
    { field: "paths.intake", path: paths.intake },
    { field: "paths.script", path: paths.script },
    { field: "/health", path: "/health" },
  ]);
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

function checkCount(field: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) throw wrong(field, "must be a number above 0");
}

const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const wrong = (field: string, fix: string): RelayError => new RelayError("options_invalid", `${field}: ${fix}`);
