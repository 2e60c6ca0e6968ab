/** @jsxImportSource react */
import { act } from "react";
import {
  createBrowserRouter,
  createHashRouter,
  createRoutesFromElements,
  matchRoutes,
  Navigate,
  Outlet,
  Route,
  type RouteObject,
  RouterProvider,
  redirect,
} from "react-router";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { IsothermProvider } from "../src/index.js";
import { byRoute } from "../src/react-router.js";
import { render, unmountAll } from "./support/render.js";

let server: FakeServer;

// The router makes requests to hand to loaders.
const { Request } = globalThis;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
  vi.stubGlobal("Request", class extends Request {});
});
afterEach(async () => {
  await unmountAll();
  await restoreBrowser();
});

const titled = (title: string) => ({ title });

const routes: RouteObject[] = createRoutesFromElements(
  <Route element={<Outlet />}>
    <Route index element="home" handle={titled("Home")} />
    <Route path="users">
      <Route index element="users" />
      <Route path=":id/:tab?" element="one" handle={titled("One of ours")} />
    </Route>
    <Route path="old" element={<Navigate to="/users" replace />} />
    <Route path="moved" loader={() => redirect("/users")} element="moved" />
    <Route path="files/*" element="files" />
  </Route>,
);

const matched = (path: string) => matchRoutes(routes, path);

/** What the server has of each page view, in order: its path and hash, and how it came about. */
const views = (): string[] =>
  server.accepted().map(({ page }) => {
    const { pathname, hash } = new URL(page.url);
    return `${page.nav} ${pathname}${hash}`;
  });

async function app(router: ReturnType<typeof createBrowserRouter>, beforeSend = byRoute(matched), hash = false) {
  await render(
    <IsothermProvider options={{ key: "pk_test", to: "/in", hash, beforeSend }}>
      <RouterProvider router={router} />
    </IsothermProvider>,
  );
  const visit = async (path: string | -1) => {
    await act(async () => (path === -1 ? router.navigate(-1) : router.navigate(path)));
    await pass(5_000);
  };
  await pass(5_000);
  return visit;
}

describe("React Router with byRoute", () => {
  test("makes one page view of each navigation, under its route", async () => {
    const visit = await app(createBrowserRouter(routes));
    await visit("/users");
    await visit("/users/42");
    await visit("/users/43/photos?page=2");
    await visit("/users/43/photos?page=3");
    await visit("/files/a/b.txt");
    expect(views()).toEqual(["load /", "push /users", "push /users/:id/:tab", "push /users/:id/:tab", "push /files/*"]);
    expect(server.of("page")).toHaveLength(5);
    expect(server.accepted().map(({ page }) => page.referrer && new URL(page.referrer).pathname)).toEqual([
      undefined,
      "/",
      "/users",
      "/users/:id/:tab",
      "/users/:id/:tab",
    ]);
  });

  test("gives the title that the route has, where one is asked for", async () => {
    document.title = "The document's";
    const title = (matches: readonly { readonly route: RouteObject }[]) => matches.at(-1)?.route.handle?.title;
    const visit = await app(createBrowserRouter(routes), byRoute(matched, { title }));
    await visit("/users");
    await visit("/users/42");
    expect(server.accepted().map(({ page }) => page.title)).toEqual(["Home", "The document's", "One of ours"]);
  });

  test("makes no page view of a loader that redirects", async () => {
    const visit = await app(createBrowserRouter(routes));
    await visit("/moved");
    expect(views()).toEqual(["load /", "push /users"]);
  });

  test("makes no page view of an address that a component redirects from at once", async () => {
    history.replaceState(null, "", "/old");
    await app(createBrowserRouter(routes));
    expect(views()).toEqual(["load /users"]);
  });

  test("knows routes below a basename", async () => {
    history.replaceState(null, "", "/shop/users/42");
    await app(createBrowserRouter(routes, { basename: "/shop" }), byRoute(matched, { basename: "/shop" }));
    expect(views()).toEqual(["load /shop/users/:id/:tab"]);
  });

  test("knows the routes of a hash router", async () => {
    const visit = await app(createHashRouter(routes), byRoute(matched), true);
    await visit("/users/42");
    expect(views()[1]).toBe("push /#/users/:id/:tab");
  });

  test("leaves pages that no route matches under their address", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const visit = await app(createBrowserRouter(routes));
    await visit("/nowhere/7");
    expect(views()).toEqual(["load /", "push /nowhere/7"]);
  });
});
