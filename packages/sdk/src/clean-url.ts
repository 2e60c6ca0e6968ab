import { limits } from "@isotherm/protocol";

/** Campaign parameters and the click ids of advertising networks: all that may stay of a query. */
const kept = /^(utm_\w+|ref|source|gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|yclid)$/i;

/** An address without credentials, hash and unknown query parameters; empty where it is none. A hash that routes stays, without its query. */
export function cleanUrl(address: string, keepHash?: boolean): string {
  try {
    const url = new URL(address, location.href);
    for (const name of [...url.searchParams.keys()]) if (!kept.test(name)) url.searchParams.delete(name);
    url.username = url.password = "";
    url.hash = keepHash ? url.hash.replace(/\?.*/, "") : "";
    return url.href.slice(0, limits.url);
  } catch {
    return "";
  }
}
