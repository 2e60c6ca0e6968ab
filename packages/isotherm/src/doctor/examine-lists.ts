import { type Filter, type Request, stopping } from "./filter.js";
import { type Finding, fail, ok, warn } from "./finding.js";
import { tellingWord } from "./lists.js";

/** What a session asks for: the script, and batches by fetch and by beacon. */
export const sessionRequests = (page: URL, script: URL | undefined, intake: URL): readonly Request[] => [
  ...(script === undefined ? [] : [{ url: script, page, type: "script" } as const]),
  { url: intake, page, type: "xmlhttprequest" },
  { url: intake, page, type: "ping" },
];

/** Holds the requests of a session against filter lists, or, without any, their paths against words that lists look for. */
export function examineLists(requests: readonly Request[], filters: readonly Filter[] | undefined): Finding {
  const fix = "take random paths: isotherm init chooses them where the configuration has none";
  if (filters === undefined) {
    for (const { url } of requests) {
      const word = tellingWord(url);
      if (word !== undefined) return fail("lists", `${url.pathname} says "${word}", which filter lists look for`, fix);
    }
    return ok("lists", "no path says what it is for; hold it against real lists with --lists");
  }
  for (const request of requests) {
    const [line] = stopping(filters, request);
    if (line !== undefined) return fail("lists", `${line} stops ${request.url.pathname}`, fix);
  }
  return filters.length === 0
    ? warn("lists", "the lists hold nothing that can be read", "name a folder of lists such as EasyPrivacy")
    : ok("lists", `${filters.length} filters let every request pass`);
}
