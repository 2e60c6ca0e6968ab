import { describe, expect, test } from "vitest";
import { checkTargets, type TargetOptions } from "../../src/target/target-of.js";

const posthog = { type: "posthog", url: "https://eu.i.posthog.com", apiKey: "phc_hush" };
const collector = {
  type: "isotherm",
  url: "https://collector.example",
  keyId: "rk_0123456789ab",
  secrets: [`whsec_${"A".repeat(43)}=`],
};

const check = (targets: unknown) => () => checkTargets(targets as readonly TargetOptions[]);

describe("a list of targets", () => {
  test("may use every option that all have, and those of its type", () => {
    const events = {
      sites: ["shop"],
      types: ["page", "goal"],
      names: ["purchase"],
      rename: { page: "view" },
      drop: ["email"],
    };
    const shared = { name: "two", concurrency: 2, late: "send", onUnknown: "drop", events };
    const heat = { type: "heat", url: "https://heat.example", projectKey: "key", sendAddress: true };
    expect(check([collector, posthog, { ...posthog, ...shared }, heat])).not.toThrow();
  });

  test.each([
    [[], "targets: name at least one target"],
    [[{ type: "posthug" }], 'targets[0].type: must be "'],
    [[{ url: "https://eu.i.posthog.com" }], 'targets[0].type: must be "'],
    [[{ ...posthog, apikey: "hush" }], "targets[0].apikey: is unknown; known here are type, name, events, concurrency"],
    [[{ ...collector, events: {} }], "targets[0].events: is unknown; known here are type, name, concurrency, url"],
    [[posthog, posthog], 'targets[1].name: another target is called "posthog"; choose another'],
    [[{ ...posthog, late: "later" }], 'targets[0].late: must be "dead" or "send"'],
    [[{ ...posthog, sendAddress: "yes" }], "targets[0].sendAddress: must be true or false"],
    [[{ ...posthog, onUnknown: "again" }], 'targets[0].onUnknown: must be "resend" or "drop"'],
    [[{ ...posthog, events: ["page"] }], "targets[0].events: write which events go there"],
    [[{ ...posthog, events: { type: ["page"] } }], "targets[0].events.type: is unknown; known here are sites, types"],
    [[{ ...posthog, events: { types: "page" } }], "targets[0].events.types: must be a list"],
    [[{ ...posthog, events: { types: ["page", "pages"] } }], 'targets[0].events.types[1]: must be "page" or "click"'],
    [[{ ...posthog, events: { sites: "shop" } }], "targets[0].events.sites: must be a list"],
    [[{ ...posthog, events: { names: [""] } }], "targets[0].events.names[0]: must be text"],
    [[{ ...posthog, events: { drop: [7] } }], "targets[0].events.drop[0]: must be text"],
    [[{ ...posthog, events: { rename: { page: "" } } }], "targets[0].events.rename.page: must be text"],
    [[{ ...posthog, events: { rename: [] } }], "targets[0].events.rename: write new names by old ones"],
  ])("that cannot work is refused by field and fix: %j", (targets, expected) => {
    expect(check(targets)).toThrow(expected);
    expect(check(targets)).not.toThrow(/hush/);
  });
});
