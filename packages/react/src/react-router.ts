import { namePages } from "@isotherm/sdk";

/** What React Router's `matchRoutes` tells of a route. */
interface RouteMatch {
  readonly route: { readonly path?: string };
}

/** How page views are named after routes. */
export interface ByRouteOptions<Match> {
  /** The path that the app lives under, as the router's `basename`. @default "" */
  readonly basename?: string;
  /** A page's title, from its matches, outermost first. @default the document's, as it is when a batch is frozen */
  readonly title?: (matches: readonly Match[]) => string | undefined;
}

/** `/users/:id`, of routes that were matched one inside the other. Optional segments count as what they are when they are there. */
const patternOf = (matches: readonly RouteMatch[]): string =>
  `/${matches.map(({ route }) => route.path ?? "").join("/")}`
    .replace(/\?(?=\/|$)/g, "")
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");

/**
 * A `beforeSend` that files page views under the routes of React Router 6 and later. The page views themselves come from
 * the SDK, which sees every navigation.
 *
 * @param match asks the app's own router, as `(path) => matchRoutes(routes, path)`; it is given paths below `basename`.
 */
export function byRoute<Match extends RouteMatch>(
  match: (path: string) => readonly Match[] | null,
  { basename, title }: ByRouteOptions<Match> = {},
): ReturnType<typeof namePages> {
  return namePages((path) => {
    const matches = match(path);
    return matches ? { route: patternOf(matches), title: title?.(matches) } : undefined;
  }, basename);
}
