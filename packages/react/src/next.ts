"use client";
import { namePages } from "@isotherm/sdk";
import { useParams, usePathname } from "next/navigation.js";
import { createElement, type ReactElement, Suspense, useInsertionEffect } from "react";
import { routeOf } from "./route-of.js";

/** The routes of Next.js's App Router, as far as they have been rendered. */
export interface NextRoutes {
  /** A `beforeSend` for `start`: files page views under their routes, as `/users/[id]`. */
  readonly byRoute: ReturnType<typeof namePages>;
  /** Which route each path belongs to. */
  readonly seen: Map<string, string>;
}

const bare = (path: string): string => path.replace(/(.)\/$/, "$1");

/**
 * What files page views under the routes of the App Router. Only rendering tells which route a path belongs to: call it
 * once, outside of components, and render `<Routes>` inside the provider. The page views themselves come from the SDK,
 * which sees every navigation.
 *
 * @param basePath as in next.config
 */
export function nextRoutes(basePath?: string): NextRoutes {
  const seen = new Map<string, string>();
  return { seen, byRoute: namePages((path) => ({ route: seen.get(bare(path)) }), basePath) };
}

function Reader({ seen }: Pick<NextRoutes, "seen">): null {
  const path = usePathname();
  const params = useParams();
  // In the commit that changes the address, as the router itself does: all later effects may come when the page is left again.
  useInsertionEffect(() => {
    if (path) seen.set(bare(path), routeOf(bare(path), params ?? {}));
  }, [seen, path, params]);
  return null;
}

/** Notes the route of each page that is shown; renders nothing. */
export function Routes({ of: { seen } }: { readonly of: NextRoutes }): ReactElement {
  // Without a boundary of its own a page with unknown parameters could not be prerendered:
  // https://nextjs.org/docs/messages/next-prerender-client-hook
  return createElement(Suspense, { fallback: null }, createElement(Reader, { seen }));
}
