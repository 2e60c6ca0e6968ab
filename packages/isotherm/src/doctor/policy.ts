/** Directives of one policy for content, each with its sources. */
type Policy = ReadonlyMap<string, readonly string[]>;

/** What is to be allowed. */
export interface Wanted {
  /** The page's address. */
  readonly page: URL;
  readonly script: URL | undefined;
  readonly nonce: string | undefined;
  /** The tag's hashes, as `sha384-…`. */
  readonly integrity: readonly string[];
  /** The script loads further files with `import()`. */
  readonly loadsMore: boolean;
  readonly intake: URL;
}

const scriptDirectives = ["script-src-elem", "script-src", "default-src"];
const connectDirectives = ["connect-src", "default-src"];

/** What policies forbid, each with the directive to mend; empty where script and batches pass. https://www.w3.org/TR/CSP3/ */
export function forbidden(policies: readonly string[], wanted: Wanted): readonly string[] {
  return policies.flatMap((text) => text.split(",").map(parse)).flatMap((policy) => judge(policy, wanted));
}

function judge(policy: Policy, wanted: Wanted): readonly string[] {
  const { page, script, intake, loadsMore } = wanted;
  const faults: string[] = [];
  const sandbox = policy.get("sandbox");
  if (sandbox !== undefined && !sandbox.includes("allow-scripts")) faults.push("sandbox without allow-scripts");
  const [directive, sources] = governing(policy, scriptDirectives);
  if (script !== undefined && sources !== undefined) {
    const way = scriptWay(sources, wanted, script);
    if (way === undefined) faults.push(`${directive} does not allow ${script.pathname}`);
    if (way === "hash" && loadsMore)
      faults.push(`${directive} allows ${script.pathname} by its hash, but not the files that data-use loads`);
  }
  const [connecting, targets] = governing(policy, connectDirectives);
  if (targets !== undefined && !targets.some((source) => allows(source, intake, page)))
    faults.push(`${connecting} does not allow ${intake.pathname}`);
  return faults;
}

/** How the script's tag passes. */
function scriptWay(
  sources: readonly string[],
  { page, nonce, integrity }: Wanted,
  script: URL,
): "source" | "nonce" | "hash" | undefined {
  if (nonce !== undefined && nonce !== "" && sources.includes(`'nonce-${nonce}'`)) return "nonce";
  // Where trust is handed on, lists of places count for nothing.
  if (!has(sources, "'strict-dynamic'") && sources.some((source) => allows(source, script, page))) return "source";
  if (integrity.length === 0 || !integrity.every((hash) => sources.includes(`'${hash}'`))) return undefined;
  return has(sources, "'strict-dynamic'") ? "nonce" : "hash";
}

const has = (sources: readonly string[], keyword: string): boolean =>
  sources.some((source) => source.toLowerCase() === keyword);

function governing(policy: Policy, names: readonly string[]): readonly [string, readonly string[] | undefined] {
  const name = names.find((one) => policy.has(one)) ?? "";
  return [name, policy.get(name)];
}

/** https://www.w3.org/TR/CSP3/#match-url-to-source-expression */
function allows(source: string, url: URL, page: URL): boolean {
  const lower = source.toLowerCase();
  if (lower === "*") return /^https?:$/.test(url.protocol) || url.protocol === page.protocol;
  if (lower === "'self'") return url.host === page.host && isScheme(page.protocol, url.protocol);
  if (lower.startsWith("'")) return false;
  if (/^[a-z][a-z0-9+.-]*:$/.test(lower)) return isScheme(lower, url.protocol);
  const [, scheme, host = "", port, path = ""] =
    /^(?:([a-z][a-z0-9+.-]*:)\/\/)?([^/:]+)(?::(\d+|\*))?(\/.*)?$/i.exec(source) ?? [];
  if (!isScheme(scheme?.toLowerCase() ?? page.protocol, url.protocol)) return false;
  const name = host.toLowerCase();
  const isHost = name.startsWith("*.")
    ? url.hostname.endsWith(name.slice(1))
    : name === "*" || (name !== "" && name === url.hostname);
  const own = url.port || (url.protocol === "https:" ? "443" : "80");
  const isPort =
    port === undefined ? url.port === "" : port === "*" || port === own || (port === "80" && own === "443");
  const isPath = path === "" || (path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path);
  return isHost && isPort && isPath;
}

const isScheme = (wanted: string, actual: string): boolean =>
  wanted === actual || (wanted === "http:" && actual === "https:");

function parse(text: string): Policy {
  const policy = new Map<string, readonly string[]>();
  for (const part of text.split(";")) {
    const [name = "", ...sources] = part.trim().split(/\s+/);
    // Of two directives of one name, the first counts.
    if (name !== "" && !policy.has(name.toLowerCase())) policy.set(name.toLowerCase(), sources);
  }
  return policy;
}
