// @vitest-environment node
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Capture } from "../../src/index.js";
import * as sdk from "../../src/index.js";

const made: { readonly [name: string]: () => Capture } = {
  attention: sdk.attention,
  clicks: () => sdk.clicks({ frames: sdk.sameOriginFrames }),
  dead: sdk.dead,
  errors: sdk.errors,
  experiments: () => sdk.experiments({ colour: { variants: ["red", "green"] } }),
  forms: sdk.forms,
  keyboard: sdk.keyboard,
  links: sdk.links,
  moves: sdk.moves,
  rage: sdk.rage,
  scrolls: sdk.scrolls,
  snapshots: sdk.snapshots,
  tracked: sdk.tracked,
  vitals: sdk.vitals,
};

describe("on a server", () => {
  test("every capture can be imported, made and passed on, and nothing comes of it", async () => {
    expect(typeof document).toBe("undefined");
    const captures = readdirSync(new URL("../../src/capture", import.meta.url)).map((file) => file.replace(".ts", ""));
    expect(Object.keys(made)).toEqual(captures.filter((name) => name !== "pages").sort());
    const isotherm = sdk.start({ key: "pk_test", to: "/in", use: Object.values(made).map((make) => make()) });
    isotherm.track("nothing");
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 0 });
    isotherm.stop();
  });
});
