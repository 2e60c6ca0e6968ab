import { createHash } from "node:crypto";
import { type Answer, ask } from "./ask.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const yearInSeconds = 31_536_000;

/** Fetches the script as a browser does: is it there, is it the file that the tag means, how is it packed and kept? */
export async function examineScript(script: URL, integrity: readonly string[], page: URL): Promise<readonly Finding[]> {
  let answer: Answer;
  const headers = { "accept-encoding": "gzip, deflate, br", referer: page.href };
  try {
    answer = await ask(script.href, {
      headers: script.origin === page.origin ? headers : { ...headers, origin: page.origin },
    });
  } catch (error) {
    return [fail("script", `${script.pathname} gives no answer: ${(error as Error).message}`, handOn(script))];
  }
  const type = answer.headers.get("content-type") ?? "none";
  if (answer.status !== 200)
    return [
      fail(
        "script",
        `${script.pathname} answers ${answer.status}`,
        `${handOn(script)}, and print the tag again with isotherm init: after an update its name is another`,
      ),
    ];
  if (!/^(?:text|application)\/(?:x-)?(?:java|ecma)script\b/i.test(type))
    return [fail("script", `${script.pathname} comes as ${type}`, `${handOn(script)}: something else answers there`)];
  return [
    ok("script", `${script.pathname} answers 200, ${type}`),
    integrityOf(answer, integrity),
    compressionOf(answer),
    cacheOf(answer),
  ];
}

const handOn = ({ pathname }: URL): string =>
  `let your web server hand ${pathname.split("/", 2).join("/")} on to the relay`;

function integrityOf({ body }: Answer, integrity: readonly string[]): Finding {
  if (integrity.length === 0)
    return warn("integrity", "the tag has none", "print the tag with isotherm init: a changed file would not run");
  const strongest = ["sha512", "sha384", "sha256"].find((name) =>
    integrity.some((hash) => hash.startsWith(`${name}-`)),
  );
  if (strongest === undefined)
    return fail("integrity", "the tag's integrity is none", "print the tag again with isotherm init");
  const actual = `${strongest}-${createHash(strongest).update(body).digest("base64")}`;
  // Where several hashes of the strongest kind are given, one of them is enough: https://www.w3.org/TR/SRI/#does-response-match-metadatalist
  if (integrity.includes(actual)) return ok("integrity", `the bytes are those of ${strongest}`);
  return fail(
    "integrity",
    `the bytes are not those that the tag names; they are ${actual}`,
    "browsers refuse the file: take off what rewrites scripts on the way (minifiers, injected code), or print the tag again with isotherm init",
  );
}

function compressionOf({ headers, body }: Answer): Finding {
  const encoding = headers.get("content-encoding");
  const varies = (headers.get("vary") ?? "").toLowerCase();
  const fix = "let whatever stands in front pass Accept-Encoding on and leave Content-Encoding as it is";
  if (encoding === null) return warn("compression", `${body.length} bytes come unpacked`, fix);
  if (varies !== "*" && !/\baccept-encoding\b/.test(varies))
    return warn(
      "compression",
      `${encoding}, without Vary: Accept-Encoding`,
      "let Vary pass: a cache could hand the packed file to a client that cannot read it",
    );
  return encoding === "br"
    ? ok("compression", "Brotli")
    : warn("compression", `${encoding}, although Brotli was asked for`, fix);
}

function cacheOf({ headers }: Answer): Finding {
  const control = (headers.get("cache-control") ?? "").toLowerCase();
  const age = Number(/\bmax-age=(\d+)/.exec(control)?.[1] ?? 0);
  if (/\bimmutable\b/.test(control) && age >= yearInSeconds) return ok("cache", "kept for a year, immutable");
  return warn(
    "cache",
    control === "" ? "no Cache-Control" : `Cache-Control: ${control}`,
    "let the relay's own Cache-Control pass: the name changes with the content, and visitors load it again and again now",
  );
}
