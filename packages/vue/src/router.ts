import { namePages, type PageName } from "@isotherm/sdk";
import type { Router } from "vue-router";

/** A route as `router.resolve` answers. */
type Resolved = ReturnType<Router["resolve"]>;

/** How page views are named after routes. */
export interface ByRouteOptions {
  /** A page's title, as `({ meta }) => meta.title`. @default the document's, as it is when a batch is frozen */
  readonly title?: (route: Resolved) => string | undefined;
}

// Of `/:lang(de|fr)?/docs/:path(.*)*`, what a parameter may look like, and how often it comes, says nothing about the page.
const patternOf = (path: string): string => path.replace(/\((?:\\.|[^)\\])*\)|[?*+]/g, "");

/**
 * A `beforeSend` that files page views under the routes of vue-router 4 and later, as `/users/:id`. The page views
 * themselves come from the SDK, which sees every navigation.
 */
export function byRoute(router: Router, { title }: ByRouteOptions = {}): ReturnType<typeof namePages> {
  const { base } = router.options.history;
  const nameOf = (path: string): PageName | undefined => {
    const resolved = router.resolve(path);
    const found = resolved.matched[resolved.matched.length - 1];
    return found && { route: patternOf(found.path), title: title?.(resolved) };
  };
  // The base of a hash is the page that it is in.
  return namePages(nameOf, base.includes("#") ? "" : base);
}
