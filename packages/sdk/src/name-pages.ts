import type { Batch } from "@isotherm/protocol";

/** What a router calls a page. */
export interface PageName {
  /** The pattern that stands for its path, as `/users/:id`. @default the path itself */
  readonly route?: string | undefined;
  /** @default the document's */
  readonly title?: string | undefined;
}

/**
 * A `beforeSend` that files page views under the routes of a router: `/users/42` and `/users/43` become one page, and
 * neither they nor referrers on the same site show whose page it was. A function of the path alone, so that every batch
 * of a page view says the same, whenever it is frozen.
 *
 * @param nameOf is asked with a path, below `base` and starting with `/`; where it knows none, the page keeps its name.
 * @param base the path that the app lives under, as `/shop`; pages outside it keep their names.
 */
export function namePages(nameOf: (path: string) => PageName | undefined, base = ""): (batch: Batch) => Batch {
  const root = base.replace(/\/$/, "");
  const named = (address: string): readonly [url: string, title?: string | undefined] => {
    const url = new URL(address);
    const hashed = url.hash.startsWith("#/");
    const path = hashed ? url.hash.slice(1) : url.pathname;
    if (!`${path}/`.startsWith(`${root}/`)) return [address];
    const { route, title } = nameOf(path.slice(root.length) || "/") ?? {};
    if (route) url[hashed ? "hash" : "pathname"] = root + route;
    return [url.href, title];
  };
  return (batch) => {
    const { page } = batch;
    const [url, title = page.title] = named(page.url);
    const { referrer } = page;
    const own = referrer && new URL(referrer).origin === new URL(url).origin;
    return {
      ...batch,
      page: {
        ...page,
        url,
        ...(title === undefined ? {} : { title }),
        ...(own ? { referrer: named(referrer)[0] } : {}),
      },
    };
  };
}
