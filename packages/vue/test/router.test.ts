import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type App, createApp, defineComponent, h } from "vue";
import { createRouter, createWebHashHistory, createWebHistory, type Router, RouterView } from "vue-router";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { isothermPlugin } from "../src/index.js";
import { type ByRouteOptions, byRoute } from "../src/router.js";

const apps: App[] = [];
let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(async () => {
  for (const app of apps.splice(0)) app.unmount();
  await restoreBrowser();
});

const component = defineComponent(() => () => h("p", "page"));

const routerOf = (history = createWebHistory()): Router =>
  createRouter({
    history,
    routes: [
      { path: "/", component, meta: { title: "Home" } },
      {
        path: "/users",
        component: RouterView,
        children: [
          { path: "", component },
          { path: ":id(\\d+)", component, meta: { title: "One of ours" } },
        ],
      },
      { path: "/:lang(de|(?:fr|it\\))?/docs/:path(.*)*", component },
      { path: "/old", redirect: "/users" },
    ],
  });

async function visitor(router: Router, options?: ByRouteOptions, hash = false) {
  const app = createApp(RouterView);
  app.use(isothermPlugin, { key: "pk_test", to: "/in", hash, beforeSend: byRoute(router, options) }).use(router);
  app.mount(document.body.appendChild(document.createElement("div")));
  apps.push(app);
  await pass(5_000);
  return async (path: string): Promise<void> => {
    await router.push(path);
    await pass(5_000);
  };
}

/** What the server has of each page view, in order: its path and hash, and how it came about. */
const views = (): string[] =>
  server.accepted().map(({ page }) => {
    const { pathname, hash } = new URL(page.url);
    return `${page.nav} ${pathname}${hash}`;
  });

describe("vue-router with byRoute", () => {
  test("makes one page view of each navigation, under its route", async () => {
    const visit = await visitor(routerOf());
    await visit("/users");
    await visit("/users/42");
    await visit("/users/43?tab=1");
    await visit("/users/43?tab=2");
    await visit("/de/docs/a/b");
    await visit("/old");
    expect(views()).toEqual([
      "load /",
      "push /users",
      "push /users/:id",
      "push /users/:id",
      "push /:lang/docs/:path",
      "push /users",
    ]);
    expect(server.of("page")).toHaveLength(6);
  });

  test("gives the title that the route has, where one is asked for", async () => {
    document.title = "The document's";
    const visit = await visitor(routerOf(), { title: ({ meta }) => meta.title as string | undefined });
    await visit("/users");
    await visit("/users/42");
    expect(server.accepted().map(({ page }) => page.title)).toEqual(["Home", "The document's", "One of ours"]);
  });

  test("makes no page view of an address that is redirected from, where it is used once the router is ready", async () => {
    history.replaceState(null, "", "/old");
    const router = routerOf();
    const app = createApp(RouterView).use(router);
    await router.isReady();
    app.use(isothermPlugin, { key: "pk_test", to: "/in", beforeSend: byRoute(router) });
    app.mount(document.body.appendChild(document.createElement("div")));
    apps.push(app);
    await pass(5_000);
    expect(views()).toEqual(["load /users"]);
  });

  test("knows routes below a base", async () => {
    history.replaceState(null, "", "/shop/users/42");
    await visitor(routerOf(createWebHistory("/shop/")));
    expect(views()).toEqual(["load /shop/users/:id"]);
  });

  test("knows the routes of a hash", async () => {
    const visit = await visitor(routerOf(createWebHashHistory("/app/#")), undefined, true);
    await visit("/users/42");
    expect(views().at(-1)).toBe("push /#/users/:id");
  });
});
