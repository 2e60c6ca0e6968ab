/** The parameters of a route, by name; a catch-all has several values. */
export type RouteParams = { readonly [name: string]: string | readonly string[] | undefined };

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The route that a path was matched by, in Next.js's words, as `/users/[id]`: each value gives way to its name, from the left. */
export function routeOf(path: string, params: RouteParams): string {
  let done = "";
  let rest = path;
  for (const [name, value] of Object.entries(params)) {
    const values = [value ?? []].flat();
    const text = values.join("/");
    const found = text ? new RegExp(`/${escaped(text)}(?=/|$)`).exec(rest) : null;
    if (!found) continue;
    done += `${rest.slice(0, found.index)}/[${Array.isArray(value) ? "..." : ""}${name}]`;
    rest = rest.slice(found.index + found[0].length);
  }
  return done + rest;
}
