const bytes = /^[\0-\xff]*$/;

/**
 * What somebody wrote into a header that can only carry bytes: percent-encoded, as Vercel does
 * (https://vercel.com/docs/headers/request-headers#x-vercel-ip-city), or UTF-8 that was read as Latin-1, as Cloudflare's is
 * (https://developers.cloudflare.com/rules/transform/managed-transforms/reference/). Any other text stays what it is.
 */
export function headerText(text: string): string {
  try {
    if (/%[0-9a-f]{2}/i.test(text)) return decodeURIComponent(text);
    if (!bytes.test(text)) return text;
    const raw = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(raw);
  } catch {
    return text;
  }
}
