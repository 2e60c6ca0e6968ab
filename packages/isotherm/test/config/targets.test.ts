import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import { targetsOf } from "../../src/config/targets.js";
import { temporaryFolder } from "../temporary-folder.js";

/** The targets of a file under an environment. */
async function read(targets: unknown, environment: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ relay: { targets } }));
  const config = await resolveConfig({ cwd, environment });
  return targetsOf(config, environment);
}

const posthog = { type: "posthog", url: "https://eu.i.posthog.com", apiKey: "phc_hush" };
const otlp = { type: "otlp", url: "http://127.0.0.1:4318", headers: { authorization: { $env: "LOGS_TOKEN" } } };

describe("targets of a configuration", () => {
  test("are none without a word about them", async () => {
    expect(await read([])).toEqual([]);
  });

  test("are as they stand there, with what the environment says", async () => {
    const filled = { ...otlp, headers: { authorization: "Bearer hush" } };
    const environment = { LOGS_TOKEN: "Bearer hush", KEY: "phc_hush" };
    expect(await read([{ ...posthog, apiKey: { $env: "KEY" } }, otlp], environment)).toEqual([posthog, filled]);
  });

  test("may be several of a type, under names", async () => {
    const two = [posthog, { ...posthog, name: "posthog-us" }];
    expect(await read(two)).toEqual(two);
  });

  test.each([
    [[{}], "relay.targets[0].type is missing"],
    [[{ type: "posthug" }], 'relay.targets[0].type: must be "'],
    [[{ type: "posthog", name: "A b" }], "relay.targets[0].name: must be a name in lower-case letters"],
    [[{ type: "posthog", url: "eu", apiKey: "x" }], "relay.targets[0].url: write PostHog's address"],
    [[{ ...posthog, apiKey: undefined }], "relay.targets[0].apiKey: write the project's API key"],
    [[posthog, posthog], 'relay.targets[1].name: another target is called "posthog"; choose another'],
    [[posthog, { ...otlp, name: "isotherm" }], "relay.targets[1].name: isotherm is the collector's; choose another"],
    [[otlp], "relay.targets[0].headers.authorization: LOGS_TOKEN is not set; set it in the environment"],
    [[{ ...posthog, apiKey: { $env: 7 } }], 'relay.targets[0].apiKey: write a variable as { "$env": "NAME" }'],
    [{ ...posthog }, "relay.targets: must be a list, is something else"],
    [["phc_hush"], "relay.targets[0]: must be an object, is something else"],
  ])("that cannot work are refused in one line without a secret: %j", async (targets, expected) => {
    const environment = expected.includes("isotherm is") ? { LOGS_TOKEN: "x" } : {};
    const error = await read(targets, environment).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "config_invalid", exitCode: 2 });
    expect((error as Error).message).toMatch(/isotherm\.config\.json: relay\.targets/);
    expect((error as Error).message).toContain(expected);
    expect((error as Error).message).not.toContain("\n");
    expect((error as Error).message).not.toContain("hush");
  });
});
