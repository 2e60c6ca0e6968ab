import type { Answer, Incoming } from "../web/exchange.js";
import type { ScriptFile, ScriptFiles } from "./script-files.js";

type Encoding = "br" | "gzip" | "plain";

/** A file's name holds its hash, so it may be kept for good. */
const forEver = "public, max-age=31536000, immutable";

/** Answers with a file of the SDK; undefined when there is none of that name. */
export function scriptAnswer(incoming: Incoming, name: string, { files }: ScriptFiles): Answer | undefined {
  const file = files.get(name);
  if (file === undefined || !["GET", "HEAD", "OPTIONS"].includes(incoming.method)) return undefined;
  const encoding = bestEncoding(incoming.header("accept-encoding") ?? "", file);
  const etag = `"${file.hash}${encoding === "plain" ? "" : `-${encoding}`}"`;
  const headers = {
    "cache-control": forEver,
    etag,
    vary: "Accept-Encoding",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  };
  if (incoming.method === "OPTIONS") return { status: 204, headers, body: null };
  if (isKnown(incoming.header("if-none-match"), file)) return { status: 304, headers, body: null };
  const body = file[encoding] ?? file.plain;
  return {
    status: 200,
    headers: {
      ...headers,
      "content-type": file.type,
      "content-length": String(body.byteLength),
      ...(encoding !== "plain" && { "content-encoding": encoding }),
    },
    body: incoming.method === "HEAD" ? null : body,
  };
}

/**
 * The form that the client likes best (RFC 9110, 12.5.3) of those that are there; the smaller one, Brotli before gzip,
 * where it likes them alike.
 */
function bestEncoding(header: string, file: ScriptFile): Encoding {
  const weights = new Map(
    header.split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  const weightOf = (encoding: string): number => weights.get(encoding) ?? weights.get("*") ?? 0;
  const [best] = (["br", "gzip"] as const)
    .filter((encoding) => file[encoding] !== undefined && weightOf(encoding) > 0)
    .sort((a, b) => weightOf(b) - weightOf(a));
  return best ?? "plain";
}

// Any form of the file will do: whoever has one of them has its content (RFC 9110, 13.1.2 compares weakly).
function isKnown(header: string | undefined, { hash }: ScriptFile): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.some((tag) => tag === "*" || [`"${hash}"`, `"${hash}-br"`, `"${hash}-gzip"`].includes(tag));
}
