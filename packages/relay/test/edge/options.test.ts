import { memoryJournal } from "@isotherm/journal/memory";
import { newSecret } from "@isotherm/protocol/signature";
import { RelayError } from "@isotherm/relay";
import { createEdgeRelay, type EdgeRelayOptions } from "@isotherm/relay/edge";
import { describe, expect, test } from "vitest";

const isotherm = {
  type: "isotherm",
  url: "http://127.0.0.1:1",
  keyId: "rk_0123456789ab",
  secrets: [newSecret()],
} as const;
const upstream: EdgeRelayOptions = { paths: { intake: "/f3k9q2w7" }, durability: "upstream", targets: [isotherm] };
const bytes = new Uint8Array(1);
const through = { path: "/q7k2", to: "http://127.0.0.1:1", preset: "plausible", journal: memoryJournal() } as const;

describe("options without Node", () => {
  test.each<[string, object, string]>([
    ["no journal and no choice", { durability: undefined }, 'durability: write "upstream"'],
    ["a journal that nobody needs", { journal: memoryJournal() }, "journal: with durability"],
    ["a journal in memory", { journal: memoryJournal(), durability: undefined }, 'write "memory" to accept'],
    ["a word for another journal", { journal: memoryJournal(), durability: "async" }, 'write "memory" to accept'],
    [
      "a word for a journal that is better",
      { journal: { ...memoryJournal(), durability: "disk" }, durability: "memory" },
      'durability: the journal says "disk"; leave this out',
    ],
    ["no such durability", { durability: "waitUntil" }, 'durability: must be "upstream" or'],
    ["no journal at all", { journal: {}, durability: undefined }, "journal: pass an open journal"],
    ["pass-throughs, which answer first", { passthrough: [through] }, "passthrough: answers before"],
    ["a target that is none", { required: ["isotherm", "posthog"] }, 'required[1]: must be "isotherm"'],
    ["nobody to wait for", { required: [] }, "required: name at least one"],
    [
      "somebody to wait for behind a journal",
      { required: ["isotherm"], journal: memoryJournal(), durability: "memory" },
      "required: goes with",
    ],
    ["a path for no script", { paths: { intake: "/a", script: "/b" } }, "script: pass the files"],
    ["a script without a path", { script: { "manifest.json": bytes } }, "paths.script: choose a path"],
    ["a script without its manifest", { paths: { intake: "/a", script: "/b" }, script: {} }, "script: must hold"],
    [
      "a script that is none",
      { paths: { intake: "/a", script: "/b" }, script: { "manifest.json": bytes } },
      "script: this is no build of @isotherm/sdk: it has no manifest.json that can be read",
    ],
    ["no path", { paths: {} }, "paths.intake: choose a path"],
    ["no targets", { targets: [] }, "targets: name at least one"],
  ])("with %s are refused by name, with the fix", async (_name, change, expected) => {
    const error = await createEdgeRelay({ ...upstream, ...change } as EdgeRelayOptions).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RelayError);
    expect((error as RelayError).code).toBe("options_invalid");
    expect((error as RelayError).message).toContain(expected);
    expect((error as RelayError).message).not.toContain("\n");
  });

  test("send nothing before the first request", async () => {
    let sent = 0;
    await createEdgeRelay({
      ...upstream,
      async fetch() {
        sent++;
        throw new Error("no network yet");
      },
    });
    expect(sent).toBe(0);
  });
});
