import { batchOf, pageOf } from "@isotherm/protocol/fixtures";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { namePages, type PageName } from "../src/index.js";
import { begin, pass, restoreBrowser } from "./support/browser.js";
import { type FakeServer, fakeServer } from "./support/server.js";

const users = (path: string): PageName | undefined =>
  /^\/users\/[^/]+$/.test(path) ? { route: "/users/:id" } : undefined;

const named = (url: string, referrer = "https://search.example/", base?: string): (string | undefined)[] => {
  const { page } = namePages(users, base)(batchOf({ page: pageOf({ url, referrer }) }));
  return [page.url, page.referrer];
};

describe("namePages", () => {
  test("puts the route in place of the path, and keeps campaigns", () => {
    expect(named("https://a.example/users/42?utm_source=x")[0]).toBe("https://a.example/users/:id?utm_source=x");
  });

  test("keeps what the router does not know", () => {
    expect(named("https://a.example/pricing")[0]).toBe("https://a.example/pricing");
  });

  test("names referrers on the same site, and no others", () => {
    expect(named("https://a.example/", "https://a.example/users/42")[1]).toBe("https://a.example/users/:id");
    expect(named("https://a.example/", "https://b.example/users/42")[1]).toBe("https://b.example/users/42");
  });

  test("looks into a hash that routes", () => {
    expect(named("https://a.example/app#/users/42")[0]).toBe("https://a.example/app#/users/:id");
  });

  test("asks below the base, and about nothing outside it", () => {
    expect(named("https://a.example/shop/users/42", "", "/shop/")[0]).toBe("https://a.example/shop/users/:id");
    expect(named("https://a.example/users/42", "", "/shop")[0]).toBe("https://a.example/users/42");
    expect(named("https://a.example/shopping/users/42", "", "/shop")[0]).toBe("https://a.example/shopping/users/42");
  });

  test("leaves everything else of a batch as it is", () => {
    const batch = batchOf({ page: pageOf({ url: "https://a.example/users/42" }) });
    expect(namePages(users)(batch)).toEqual({
      ...batch,
      page: { ...batch.page, url: "https://a.example/users/:id" },
    });
  });
});

describe("start with namePages", () => {
  let server: FakeServer;
  beforeEach(() => {
    vi.useFakeTimers();
    history.replaceState(null, "", "/users/1");
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  test("still tells two pages of one route apart: each is a page view", async () => {
    begin({ beforeSend: namePages((path) => ({ ...users(path), title: `Profile ${path.at(-1)}` })) });
    history.pushState(null, "", "/users/2");
    // Not a navigation: the address stays what it is.
    history.replaceState(null, "", "/users/2");
    await pass(5_000);
    expect(server.of("page")).toHaveLength(2);
    expect(server.accepted().map(({ page }) => [page.url, page.referrer, page.title])).toEqual([
      [`${location.origin}/users/:id`, undefined, "Profile 1"],
      [`${location.origin}/users/:id`, `${location.origin}/users/:id`, "Profile 2"],
    ]);
  });
});
