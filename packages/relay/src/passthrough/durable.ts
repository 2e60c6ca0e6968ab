/**
 * The path under which a request is made durable: that of the rule that it matches, as the backend may know no other
 * spelling of it; undefined where it matches none. A rule is written as `POST /e/`, or with a `*` at its end, which stands
 * for any rest.
 */
export function durablePath(method: string, below: string, rules: readonly string[]): string | undefined {
  const query = below.indexOf("?");
  const path = oneSlash(query === -1 ? below : below.slice(0, query));
  const asked = `${method} ${path}`;
  const rule = rules.find((it) =>
    it.endsWith("*") ? withEnd(asked).startsWith(it.slice(0, -1)) : withEnd(decoded(asked)) === withEnd(it),
  );
  if (rule === undefined) return undefined;
  const own = rule.endsWith("*") ? path : rule.slice(rule.indexOf("/"));
  return query === -1 ? own : own + below.slice(query);
}

const oneSlash = (path: string): string => path.replace(/\/{2,}/g, "/");

const withEnd = (path: string): string => (path.endsWith("/") ? path : `${path}/`);

function decoded(path: string): string {
  try {
    return oneSlash(decodeURIComponent(path));
  } catch {
    return path;
  }
}
