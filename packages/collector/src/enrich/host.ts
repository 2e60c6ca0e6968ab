/** The host of an address in lower case, without `www.`; null where there is none. */
export function hostOf(url: string | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const host = new URL(url).hostname.toLowerCase().replace(/^www\./, "");
  return host === "" ? null : host;
}
