/** A request as a filter list sees it. */
export interface Request {
  readonly url: URL;
  readonly page: URL;
  readonly type: "script" | "xmlhttprequest" | "ping";
}

/** One line of a list that can stop a request, or let it through. */
export interface Filter {
  /** The line. */
  readonly text: string;
  readonly exception: boolean;
  /** Lower-case text that an address must hold, to leave most lines unread; empty where there is none. */
  readonly literal: string;
  matches(request: Request): boolean;
}

const types: { readonly [option: string]: Request["type"] | "other" } = {
  script: "script",
  xhr: "xmlhttprequest",
  xmlhttprequest: "xmlhttprequest",
  ping: "ping",
  beacon: "ping",
  ...Object.fromEntries(
    ["image", "stylesheet", "css", "font", "media", "object", "subdocument", "frame", "websocket", "other"].map(
      (name) => [name, "other" as const],
    ),
  ),
};
const harmless = new Set(["important", "match-case", "all"]);

/**
 * Reads a line of a list in the syntax that EasyList and uBlock Origin share
 * (https://help.adblockplus.org/hc/en-us/articles/360062733293); undefined where it stops no request, or says so by a means that
 * is not read here.
 */
export function parseFilter(line: string): Filter | undefined {
  const text = line.trim();
  if (text === "" || /^[![]/.test(text) || /#[@?$%+]*#|#@?\$\??#/.test(text)) return undefined;
  const exception = text.startsWith("@@");
  const rule = exception ? text.slice(2) : text;
  // Of a regular expression, only what follows its last slash are options.
  const cut = isForm(rule.replace(/\$[^/]*$/, "")) ? rule.lastIndexOf("/$") + 1 || -1 : rule.lastIndexOf("$");
  const pattern = cut >= 0 ? rule.slice(0, cut) : rule;
  const options = cut >= 0 ? rule.slice(cut + 1).split(",") : [];
  const fits = optionsOf(options);
  // A line may leave the address open, as `$ping,third-party` does, but then it has to ask for something else.
  if (fits === undefined || (options.length === 0 && /^\**$/.test(pattern))) return undefined;
  let form: RegExp | undefined;
  return {
    text,
    exception,
    literal: literalOf(pattern),
    matches(request) {
      if (!fits(request)) return false;
      form ??= formOf(pattern);
      return form.test(request.url.href);
    },
  };
}

/** The lines that stop a request, of those that nothing excepts. */
export function stopping(filters: readonly Filter[], request: Request): readonly string[] {
  const address = request.url.href.toLowerCase();
  const matching = filters.filter(({ literal, matches }) => address.includes(literal) && matches(request));
  return matching.some(({ exception }) => exception) ? [] : matching.map(({ text }) => text);
}

function optionsOf(options: readonly string[]): ((request: Request) => boolean) | undefined {
  const demands: ((request: Request) => boolean)[] = [];
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const option of options) {
    const [name = "", value] = option.trim().split("=", 2);
    const isNot = name.startsWith("~");
    const bare = name.replace(/^~/, "");
    if (bare === "third-party" || bare === "3p") demands.push((it) => isThird(it) !== isNot);
    else if (bare === "first-party" || bare === "1p") demands.push((it) => isThird(it) === isNot);
    else if ((bare === "domain" || bare === "from") && value !== undefined) demands.push(fromSites(value));
    else if (bare === "method" && value !== undefined)
      demands.push(({ type }) => value.split("|").includes(type === "script" ? "get" : "post"));
    else if (bare === "to" && value !== undefined) demands.push(({ url }) => listed(value, url.hostname));
    else if (types[bare] !== undefined) (isNot ? unwanted : wanted).push(types[bare]);
    else if (!harmless.has(bare) && !(bare === "redirect" || bare === "_")) return undefined;
  }
  return (request) =>
    (wanted.length === 0 || wanted.includes(request.type)) &&
    !unwanted.includes(request.type) &&
    demands.every((fits) => fits(request));
}

// Without the list of public suffixes: two labels make a site, which takes some neighbours for one site.
const siteOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? host : host.split(".").slice(-2).join("."));
const isThird = ({ url, page }: Request): boolean => siteOf(url.hostname) !== siteOf(page.hostname);

const fromSites =
  (value: string) =>
  ({ page }: Request): boolean =>
    listed(value, page.hostname);

function listed(value: string, host: string): boolean {
  const names = value.split("|");
  const is = (name: string): boolean =>
    name.endsWith(".*") ? `.${host}.`.includes(`.${name.slice(0, -1)}`) : host === name || host.endsWith(`.${name}`);
  const refused = names.filter((name) => name.startsWith("~")).map((name) => name.slice(1));
  const allowed = names.filter((name) => !name.startsWith("~"));
  return !refused.some(is) && (allowed.length === 0 || allowed.some(is));
}

const isForm = (pattern: string): boolean => pattern.length > 2 && pattern.startsWith("/") && pattern.endsWith("/");

function formOf(pattern: string): RegExp {
  try {
    if (isForm(pattern)) return new RegExp(pattern.slice(1, -1), "i");
    const start = pattern.startsWith("||") ? "^[a-z-]+://(?:[^/?#]+\\.)?" : pattern.startsWith("|") ? "^" : "";
    const end = pattern.endsWith("|") ? "$" : "";
    const middle = pattern
      .replace(/^\|\|?/, "")
      .replace(/\|$/, "")
      .replace(/[.+?${}()|[\]\\/]/g, "\\$&")
      .replace(/\*+/g, ".*")
      .replaceAll("^", "(?:[^\\w.%-]|$)");
    return new RegExp(start + middle + end, "i");
  } catch {
    // A form of another engine's: it can stop nothing here.
    return /(?!)/;
  }
}

function literalOf(pattern: string): string {
  if (isForm(pattern)) return "";
  const parts = pattern.toLowerCase().split(/[*^|]+/);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}
