import { limits } from "@isotherm/protocol";

// Campaign parameters, and the click ids of advertising networks (gclid, fbclid, msclkid, gbraid …).
const kept = /^utm_|^ref$|^source$|(clk?|bra|fat_)id$/;

/** An address without credentials, hash and unknown query parameters; nothing stays nothing. A hash that routes stays, without its query; a token handed over in it (`#access_token=…`) does not. */
export function cleanUrl(address: string, keepHash?: boolean): string | undefined {
  if (!address) return undefined;
  const url = new URL(address, location.href);
  url.username = url.password = "";
  url.search = `${new URLSearchParams([...url.searchParams].filter(([name]) => kept.test(name)))}`;
  url.hash = keepHash ? url.hash.replace(/[?=].*/, "") : "";
  return url.href.slice(0, limits.url);
}
