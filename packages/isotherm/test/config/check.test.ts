import { describe, expect, test } from "vitest";
import { checked } from "../../src/config/check.js";
import { CommandError } from "../../src/error.js";

function fault(config: unknown): string {
  try {
    checked(config, "file");
  } catch (error) {
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(2);
    return (error as CommandError).message;
  }
  throw new Error("it was accepted");
}

describe("checked", () => {
  test("fills in every default of an empty configuration", () => {
    expect(checked({}, "file")).toMatchObject({
      data: "./isotherm-data",
      log: "warn",
      sites: [],
      relay: { name: "relay", host: "127.0.0.1", port: 8787, proxy: [], trustProxy: [], collector: {} },
      collector: { host: "127.0.0.1", port: 8788, dashboard: true, trustProxy: [] },
    });
  });

  test("refuses two pass-throughs of one name, which would share a journal", () => {
    const rest = { to: "https://eu.i.posthog.com", durable: ["POST /e/"] };
    const two = (one: object, other: object) => ({
      relay: {
        passthrough: [
          { path: "/q7k2m9x4", ...rest, ...one },
          { path: "/z4t8w1v6", ...rest, ...other },
        ],
      },
    });
    const named = (name: string): string =>
      `file: relay.passthrough[1].name: another pass-through is called "${name}"; write a name of its own`;
    expect(fault(two({}, {}))).toBe(named("passthrough"));
    expect(fault(two({ preset: "posthog" }, { name: "posthog" }))).toBe(named("posthog"));
    expect(() => checked(two({}, { name: "other" }), "file")).not.toThrow();
  });

  test("leaves what it was given as it was", () => {
    const config = { relay: { port: 80 } };
    checked(config, "file");
    expect(config).toEqual({ relay: { port: 80 } });
  });

  test.each([
    [{ relay: { pahts: {} } }, "file: relay.pahts: unknown; did you mean relay.paths?"],
    [{ rely: {} }, "file: rely: unknown; did you mean relay?"],
    [{ relay: { Port: 1 } }, "file: relay.Port: unknown; did you mean relay.port?"],
    [{ relay: { paths: { intak: "/a" } } }, "file: relay.paths.intak: unknown; did you mean relay.paths.intake?"],
    [{ sites: [{ id: "a", timezone: "UTC" }] }, "file: sites[0].timezone: unknown; did you mean sites[0].timeZone?"],
    [
      { relay: { paths: { nothingLikeIt: "/a" } } },
      "file: relay.paths.nothingLikeIt: unknown; known here: intake, script",
    ],
  ])("answers a wrong field with the nearest right one: %j", (config, message) => {
    expect(fault(config)).toBe(message);
  });

  test.each([
    [{ relay: { port: "80" } }, 'file: relay.port: must be a whole number, is "80"'],
    [{ relay: { journalBytes: 1_048_576 } }, "file: relay.journalBytes: must be >= 8388608, is 1048576"],
    [{ collector: { journalBytes: 1_048_576 } }, "file: collector.journalBytes: must be >= 8388608, is 1048576"],
    [{ relay: { port: 70_000 } }, "file: relay.port: must be <= 65535, is 70000"],
    [{ collector: { dashboard: "yes" } }, 'file: collector.dashboard: must be true or false, is "yes"'],
    [{ log: "loud" }, 'file: log: must be "debug" or "info" or "warn" or "error" or "silent", is "loud"'],
    [
      { relay: { paths: { intake: "x" } } },
      'file: relay.paths.intake: must be a path without a query, as /f3k9q2w7, is "x"',
    ],
    [
      { sites: [{ id: "shop", origins: ["shop.example"] }] },
      'file: sites[0].origins[0]: must be an origin without a path, as https://shop.example, or *, is "shop.example"',
    ],
    [{ sites: [{ name: "Shop" }] }, "file: sites[0].id is missing"],
    [
      { sites: [{ id: "shop", timeZone: "Europe/Pari" }] },
      'file: sites[0].timeZone: "Europe/Pari" is unknown; did you mean Europe/Paris?',
    ],
    [[], "file: the configuration: must be an object, is []"],
  ])("names the field and what it must be: %j", (config, message) => {
    expect(fault(config)).toBe(message);
  });

  test("never shows a secret that is written wrongly", () => {
    const message = fault({ relay: { collector: { secrets: "whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } } });
    expect(message).toContain("relay.collector.secrets");
    expect(message).not.toContain("aaaa");
  });

  test.each([
    { relay: { collector: { secrets: ["hush-hush"] } } },
    { relay: { collector: { secrets: "hush-hush" } } },
    { relay: { collector: "hush-hush" } },
    { relay: { proxyProof: { header: "x-us", secret: "hush-hush" } } },
    { relay: { name: ["whsk_hush-hush"] } },
  ])("never repeats what may be a secret: %j", (config) => {
    const message = fault(config);
    expect(message).toContain("is something else");
    expect(message).not.toContain("hush");
  });

  test("refuses two sites of one id", () => {
    expect(fault({ sites: [{ id: "shop" }, { id: "shop" }] })).toBe(
      "file: sites[1].id: shop stands there twice; every site needs an id of its own",
    );
  });
});
