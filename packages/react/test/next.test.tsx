/** @jsxImportSource react */
import { act, useLayoutEffect, useSyncExternalStore } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { IsothermProvider } from "../src/index.js";
import { nextRoutes, Routes } from "../src/next.js";
import { render, unmountAll } from "./support/render.js";

// The real one is in e2e/next. Here its two hooks tell what a test has set.
const router = vi.hoisted(() => {
  let at: { path: string | null; params: Record<string, string> } = { path: "/", params: {} };
  const listeners = new Set<() => void>();
  return {
    go(path: string | null, params: Record<string, string> = {}) {
      at = { path, params };
      for (const listener of listeners) listener();
    },
    at: () => at,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
});
const useAt = () => useSyncExternalStore(router.subscribe, router.at);
vi.mock("next/navigation.js", () => ({ usePathname: () => useAt().path, useParams: () => useAt().params }));

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  router.go("/");
  server = fakeServer();
});
afterEach(async () => {
  await unmountAll();
  await restoreBrowser();
});

/** As the App Router does: the address changes in the commit that shows the page. */
async function visit(path: string, params: Record<string, string> = {}, base = ""): Promise<void> {
  await act(async () => {
    history.pushState(null, "", base + path);
    router.go(path, params);
  });
  await pass(5_000);
}

const paths = (): string[] => server.accepted().map(({ page }) => new URL(page.url).pathname);

/** A page that sends its visitor on in the commit that shows it. */
function Door(): null {
  const { path } = useAt();
  useLayoutEffect(() => {
    if (path === "/users/42") history.pushState(null, "", "/welcome");
  }, [path]);
  return null;
}

const app = (basePath?: string) => {
  const routes = nextRoutes(basePath);
  return render(
    <IsothermProvider options={{ key: "pk_test", to: "/in", beforeSend: routes.byRoute }}>
      <Routes of={routes} />
    </IsothermProvider>,
  );
};

describe("nextRoutes", () => {
  test("files page views under the routes that were rendered, once each", async () => {
    await app();
    await pass(5_000);
    await visit("/users/42", { id: "42" });
    await visit("/users/43", { id: "43" });
    // A query alone is no page view.
    await visit("/users/43?tab=2", { id: "43" });
    await visit("/about");
    expect(paths()).toEqual(["/", "/users/[id]", "/users/[id]", "/about"]);
    expect(server.of("page")).toHaveLength(4);
  });

  test("asks below the base path, and does not mind a slash at the end", async () => {
    history.replaceState(null, "", "/docs/");
    await app("/docs");
    await pass(5_000);
    await visit("/users/42/", { id: "42" }, "/docs");
    expect(paths()).toEqual(["/docs/", "/docs/users/[id]"]);
  });

  test("knows the route of a page that sends its visitor on at once", async () => {
    const routes = nextRoutes();
    await render(
      <IsothermProvider options={{ key: "pk_test", to: "/in", beforeSend: routes.byRoute }}>
        <Door />
        <Routes of={routes} />
      </IsothermProvider>,
    );
    await pass(5_000);
    await visit("/users/42", { id: "42" });
    expect(paths()).toEqual(["/", "/users/[id]", "/welcome"]);
  });

  test("waits where the router does not know yet", async () => {
    router.go(null);
    await app();
    await pass(5_000);
    expect(paths()).toEqual(["/"]);
  });
});
