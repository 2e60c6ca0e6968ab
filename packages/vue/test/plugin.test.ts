import { type Isotherm, start } from "@isotherm/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type App,
  createApp,
  defineComponent,
  h,
  nextTick,
  onMounted,
  ref,
  resolveDirective,
  withDirectives,
} from "vue";
import { pass, restoreBrowser } from "../../sdk/test/support/browser.js";
import { type FakeServer, fakeServer } from "../../sdk/test/support/server.js";
import { isothermPlugin, type TrackValue, useIsotherm, useTrack } from "../src/index.js";

const options = { key: "pk_test", to: "/in" };
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

const tracked = (): string[] => server.of("custom").map(({ name }) => name);

/** Mounts what `setup` renders in an app of its own. */
function mount(setup: () => () => unknown, use?: Parameters<typeof isothermPlugin.install>[1]): App {
  const app = createApp(defineComponent({ setup }));
  if (use) app.use(isothermPlugin, use);
  app.mount(document.body.appendChild(document.createElement("div")));
  apps.push(app);
  return app;
}

describe("isothermPlugin", () => {
  test("starts one SDK with one page view, and records what components track when they are mounted", async () => {
    mount(() => {
      const track = useTrack();
      onMounted(() => track("shown", { to: "all" }));
      return () => "hello";
    }, options);
    await pass(5_000);
    expect(server.events().map(({ type }) => type)).toEqual(["page", "custom"]);
    expect(server.of("custom")[0]).toMatchObject({ name: "shown", props: { to: "all" } });
  });

  test("sends the rest and ends when the app is unmounted", async () => {
    let isotherm: Isotherm | undefined;
    const app = mount(() => {
      isotherm = useIsotherm();
      return () => "";
    }, options);
    isotherm?.track("kept");
    app.unmount();
    apps.splice(0);
    isotherm?.track("too late");
    history.pushState(null, "", "/unseen");
    await pass(5_000);
    expect(tracked()).toEqual(["kept"]);
    expect(server.of("page")).toHaveLength(1);
  });

  test("gives an SDK that runs already to several apps, and leaves it running", async () => {
    const running = start(options);
    const island = (name: string) =>
      mount(
        () => {
          useTrack()(name);
          return () => "";
        },
        { isotherm: running },
      );
    const first = island("one");
    island("two");
    first.unmount();
    apps.shift();
    running.track("still");
    await pass(5_000);
    expect(server.of("page")).toHaveLength(1);
    expect(tracked()).toEqual(["one", "two", "still"]);
    running.stop();
  });
});

describe("v-track", () => {
  /** A button with `v-track:arg="value"`, as a template compiles it. */
  const button = (binding: () => [TrackValue, string?]) =>
    mount(() => {
      return () => {
        const directive = resolveDirective("track");
        const [value, arg] = binding();
        const inner = h("b", { onClick: (event: Event) => event.stopPropagation() }, "Buy");
        return directive && withDirectives(h("button", [inner]), [arg ? [directive, value, arg] : [directive, value]]);
      };
    }, options);
  const press = () => document.querySelector("b")?.click();

  test("tracks each click, also one that something inside keeps to itself, with the values of that moment", async () => {
    const plan = ref("free");
    button(() => [{ plan: plan.value }, "signup"]);
    press();
    plan.value = "pro";
    await nextTick();
    press();
    await pass(5_000);
    expect(server.of("custom").map(({ name, props }) => [name, props])).toEqual([
      ["signup", { plan: "free" }],
      ["signup", { plan: "pro" }],
    ]);
  });

  test("takes a name alone, and a name that is bound", async () => {
    button(() => ["signup"]);
    press();
    await pass(5_000);
    expect(server.of("custom")).toMatchObject([{ name: "signup" }]);
  });

  test("lets go of an element that is gone", async () => {
    const app = button(() => ["signup"]);
    const element = document.querySelector("button");
    const removed = vi.spyOn(element as HTMLElement, "removeEventListener");
    app.unmount();
    apps.splice(0);
    expect(removed).toHaveBeenCalledWith("click", expect.any(Function), true);
  });
});

describe("useIsotherm without the plugin", () => {
  test("does nothing, and says so", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    let isotherm: Isotherm | undefined;
    mount(() => {
      isotherm = useIsotherm();
      return () => "";
    });
    isotherm?.track("nobody hears");
    expect(await isotherm?.flush()).toEqual({ sent: 0, waiting: 0 });
    expect(server.requests).toEqual([]);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("isothermPlugin")]]);
  });
});
