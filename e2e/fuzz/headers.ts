import type { Random } from "./random.js";

type Headers = { readonly [name: string]: string };

const long = (length: number): string => "x".repeat(length);

/** Headers that a browser's or relay's request could have, and should not. */
const odd: readonly Headers[] = [
  { "content-type": "nonsense" },
  { "content-type": "" },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "multipart/form-data; boundary=x" },
  { "content-type": `text/plain; x=${long(4_000)}` },
  { "content-encoding": "br" },
  { "content-encoding": "gzip, gzip" },
  { "content-encoding": "identity" },
  { "content-encoding": "deflate" },
  { "content-encoding": "GZIP" },
  { "content-encoding": "zstd;q=1" },
  { origin: "https://thief.example" },
  { origin: "null" },
  { origin: "" },
  { origin: long(5_000) },
  { origin: "http://127.0.0.1@thief.example" },
  { "sec-fetch-site": "cross-site" },
  { "sec-gpc": "1" },
  { dnt: "1" },
  { "sec-gpc": "yes", dnt: "01" },
  { "user-agent": long(9_000) },
  { "user-agent": "" },
  { "user-agent": "\u00ff\u00fe(bot) Googlebot/2.1" },
  { "accept-language": long(3_000) },
  { "accept-language": "en;q=9,,;;*" },
  { "sec-ch-ua": long(3_000), "sec-ch-ua-mobile": "?7", "sec-ch-ua-platform": `"${long(500)}"` },
  { "x-request-id": "a b\tc" },
  { "x-request-id": long(2_000) },
  { "x-request-id": "req-1" },
  { traceparent: "00-zz-zz-zz" },
  { cookie: `a=${long(6_000)}` },
  { "x-http-method-override": "DELETE" },
  { te: "trailers", "accept-encoding": "*;q=0" },
  { range: "bytes=0-1", "if-none-match": "*" },
  { "proxy-authorization": "Basic AAAA" },
];

/** Headers to change a request with. */
export const oddHeaders = (random: Random): Headers => random.pick(odd);

/** Whether a request says that its visitor does not want to be recorded, as the sites' default policy understands it. */
export const isPrivate = (headers: Headers): boolean =>
  headers["sec-gpc"]?.trim() === "1" || headers.dnt?.trim() === "1";

/** One of many browsers at one of many addresses: no address uses up its share, and no visitor has all of the batches. */
export const somebody = (random: Random): Headers => ({
  "x-forwarded-for": `203.0.${random.below(8)}.${random.below(250)}`,
  "user-agent": `Mozilla/5.0 (X11; Linux x86_64; rv:1.${random.below(500)}) Gecko/20100101 Firefox/140.0`,
});

const signatures = ["relay-key-id", "webhook-id", "webhook-timestamp", "webhook-signature"] as const;
const forged = [
  "",
  "v1,AAAA",
  "v1,",
  "v2,AAAA",
  "v1a,AAAA",
  "0",
  "-1",
  "99999999999",
  "1e3",
  "msg.1",
  "rk_000000000000",
  long(3_000),
];

/** A signature's headers with one of them missing, doubled or forged. */
export function misSigned(headers: Headers, random: Random): Headers {
  const name = random.pick(signatures);
  const changed: { [name: string]: string } = { ...headers };
  if (random.chance(0.3)) delete changed[name];
  else if (random.chance(0.2)) changed[name] = `${headers[name]} ${headers[name]}`;
  else changed[name] = random.pick(forged);
  return changed;
}
