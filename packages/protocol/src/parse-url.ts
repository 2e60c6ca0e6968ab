/**
 * The URL that a text is, seen from `base` where it is relative; undefined where it is none. Not by `URL.canParse`: once
 * Node 20 and 22 have optimised that, it denies every address with an accent in it, as `https://shop.example/größe`
 * (https://github.com/AikidoSec/firewall-node/pull/1086).
 */
export function parseUrl(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
