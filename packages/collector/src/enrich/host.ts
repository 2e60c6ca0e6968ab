import { parseUrl } from "@isotherm/protocol";

/** The host of an address in lower case, without `www.`; null where there is none. */
export function hostOf(url: string | undefined): string | null {
  const host = parseUrl(url ?? "")
    ?.hostname.toLowerCase()
    .replace(/^www\./, "");
  return host || null;
}
