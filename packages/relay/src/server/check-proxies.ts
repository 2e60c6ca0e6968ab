import type { RelayOptions } from "../options.js";
import { RelayError } from "../relay-error.js";
import type { ProxyOptions } from "./relay-server.js";

/** Refuses proxy paths that hide one another or a path of the relay's own. */
export function checkProxies(
  proxies: readonly ProxyOptions[],
  { paths, passthrough = [] }: Pick<RelayOptions, "paths" | "passthrough">,
): void {
  const own = [paths?.intake, paths?.script, ...passthrough.map(({ path }) => path), "/health"];
  const taken = own.filter((path) => typeof path === "string");
  for (const [index, { path, to }] of proxies.entries()) {
    const field = `proxy[${index}]`;
    if (typeof path !== "string" || !path.startsWith("/")) {
      throw wrong(`${field}.path`, "must begin with a slash, as /stats");
    }
    if (typeof to !== "string" || !URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol)) {
      throw wrong(`${field}.to`, "write the other server's address, as http://127.0.0.1:8788");
    }
    const place = path === "/" ? path : path.replace(/\/+$/, "");
    if (place !== "/" && taken.some((other) => isUnder(place, other) || isUnder(other, place))) {
      throw wrong(`${field}.path`, `${place} collides with another path of this relay; choose another one`);
    }
    if (taken.includes(place)) throw wrong(`${field}.path`, `${place} is proxied twice`);
    taken.push(place);
  }
}

const isUnder = (path: string, base: string): boolean => base !== "/" && (path === base || path.startsWith(`${base}/`));

const wrong = (field: string, fix: string): RelayError => new RelayError("options_invalid", `${field}: ${fix}`);
