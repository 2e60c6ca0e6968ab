import { limits } from "@isotherm/protocol";
import { isSite } from "./briefing/read-briefing.js";
import { parseRange } from "./client/address-range.js";
import type { ProxyProof } from "./client/trust.js";
import { optionCheck, overlap } from "./option-check.js";
import type { CoreOptions, RelayOptions } from "./options.js";
import { checkPassthroughs } from "./passthrough/check-passthrough.js";
import { checkTargets } from "./target/target-of.js";

/** Refuses options that cannot work, with one line that names the field and the fix. */
export function checkOptions(options: RelayOptions): void {
  const { folder, sdkFolder, paths } = options;
  const check = optionCheck("");
  check.text("folder", folder, "name a folder that the relay may write to");
  check.text("sdkFolder", sdkFolder, "name the folder with the script-tag build of @isotherm/sdk");
  if (typeof options.journal?.append !== "function") check.fail("journal", "pass an open journal, as of fileJournal()");
  checkPaths(paths, ["intake", "script"]);
  check.count("deadLetterBytes", options.deadLetterBytes);
  if (options.quarantine !== undefined) {
    check.count("quarantine.maxBytes", options.quarantine.maxBytes ?? 0);
  }
  checkCore(options, paths);
}

/** Refuses what cannot work on any runtime. */
export function checkCore(options: CoreOptions, paths: { readonly intake: string; readonly script?: string }): void {
  const { targets, sites = [], trustProxy = [] } = options;
  const check = optionCheck("");
  // A relay may be there for pass-throughs alone.
  if (!(Array.isArray(targets) && targets.length === 0 && options.passthrough?.length)) checkTargets(targets);
  checkPassthroughs(options.passthrough ?? [], targets, [
    { field: "paths.intake", path: paths.intake },
    ...(paths.script === undefined ? [] : [{ field: "paths.script", path: paths.script }]),
    { field: "/health", path: "/health" },
  ]);
  for (const [index, site] of sites.entries()) {
    if (!isSite(site)) check.fail(`sites[${index}]`, "give id, group, timeZone, keys, origins and privacy");
    if (!isTimeZone(site.timeZone)) {
      check.fail(`sites[${index}].timeZone`, `${JSON.stringify(site.timeZone)} is unknown; write one as Europe/Paris`);
    }
  }
  for (const [index, range] of trustProxy.entries()) {
    if (parseRange(range) === undefined) {
      check.fail(`trustProxy[${index}]`, `${JSON.stringify(range)} is no address or CIDR range; write 10.0.0.0/8`);
    }
  }
  if (options.proxyProof !== undefined) checkProof(options.proxyProof);
  if (options.name !== undefined && !isName(options.name)) {
    check.fail("name", `write a text of at most ${limits.name} characters, or leave it out`);
  }
  const { drainMs } = options;
  for (const [field, example] of Object.entries(placeHeaders)) {
    const name: unknown = options[field as keyof typeof placeHeaders];
    if (name !== undefined && !(typeof name === "string" && headerName.test(name)))
      check.fail(field, `write a header's name, as ${example}`);
  }
  if (drainMs !== undefined && !(typeof drainMs === "number" && Number.isFinite(drainMs) && drainMs >= 0)) {
    check.fail("drainMs", "must be a number of milliseconds, 0 or more");
  }
  check.flag("visitorCookie", options.visitorCookie);
  check.count("requestsPerMinute", options.requestsPerMinute);
  check.count("eventsPerMinute", options.eventsPerMinute);
  check.count("intakeBytes", options.intakeBytes);
  check.count("briefingEveryMs", options.briefingEveryMs);
  check.count("retry.firstMs", options.retry?.firstMs);
  check.count("retry.maxMs", options.retry?.maxMs);
  check.count("retry.timeoutMs", options.retry?.timeoutMs);
}

const isName = (value: unknown): boolean => typeof value === "string" && value !== "" && value.length <= limits.name;

/** Without one that is known, no day begins anywhere: no salt would ever be made. */
function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone !== "";
  } catch {
    return false;
  }
}

const headerName = /^[a-z0-9-]+$/i;

/** Options that name headers, each with an example. */
const placeHeaders = { countryHeader: "cf-ipcountry", regionHeader: "cf-region", cityHeader: "cf-ipcity" } as const;

function checkProof({ header, secret, addressHeader = "x-forwarded-for" }: ProxyProof): void {
  const { fail } = optionCheck("proxyProof");
  for (const [field, name] of Object.entries({ header, addressHeader })) {
    if (typeof name !== "string" || !headerName.test(name)) fail(field, "write a header's name, as x-from-our-proxy");
  }
  if (typeof secret !== "string" || secret.length < 16)
    fail("secret", "needs at least 16 characters that cannot be guessed");
}

/** Refuses first-party paths that are none, or collide. */
export function checkPaths(
  paths: { readonly intake: string; readonly script?: string } | undefined,
  fields: readonly ("intake" | "script")[],
): void {
  const check = optionCheck("paths");
  for (const field of fields) {
    check.path(field, paths?.[field]);
    if (overlap(paths?.[field] ?? "", "/health")) check.fail(field, "/health is taken; choose another path");
  }
  if (paths?.script !== undefined && overlap(paths.intake, paths.script)) {
    check.fail("script", "lies on the same path as paths.intake; choose another one");
  }
}
