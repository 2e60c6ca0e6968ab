import { optionCheck, overlap } from "../option-check.js";
import type { RelayOptions } from "../options.js";
import type { ProxyOptions } from "./relay-server.js";

/** Refuses proxy paths that hide one another or a path of the relay's own. */
export function checkProxies(
  proxies: readonly ProxyOptions[],
  { paths, passthrough = [] }: Pick<RelayOptions, "paths" | "passthrough">,
): void {
  const own = [paths?.intake, paths?.script, ...passthrough.map(({ path }) => path), "/health"];
  const taken = own.filter((path) => typeof path === "string");
  for (const [index, { path, to }] of proxies.entries()) {
    const check = optionCheck(`proxy[${index}]`);
    if (typeof path !== "string" || !path.startsWith("/")) check.fail("path", "must begin with a slash, as /stats");
    check.http("to", to, "write the other server's address, as http://127.0.0.1:8788");
    const place = path === "/" ? path : path.replace(/\/+$/, "");
    // What is served at `/` is whatever nobody else serves.
    if (place !== "/" && taken.some((other) => other !== "/" && overlap(place, other))) {
      check.fail("path", `${place} collides with another path of this relay; choose another one`);
    }
    if (taken.includes(place)) check.fail("path", `${place} is proxied twice`);
    taken.push(place);
  }
}
