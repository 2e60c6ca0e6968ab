import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newSecret } from "@isotherm/protocol/signature";
import { createRelay, RelayError, type RelayOptions } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./kit/folder.js";
import { relayOptions } from "./kit/relay.js";
import { siteOf, standIn } from "./kit/stand-in.js";

type Change = (options: RelayOptions) => object;
const target =
  (change: object): Change =>
  ({ targets }) => ({ targets: targets.map((it) => ({ ...it, ...change })) });
const paths =
  (change: object): Change =>
  (options) => ({ paths: { ...options.paths, ...change } });

describe("options", () => {
  test.each<[string, Change, string]>([
    ["a path without a slash", paths({ intake: "f3k9" }), 'paths.intake: must begin with a slash; write "/f3k9"'],
    ["a path with a query", paths({ intake: "/f3k9?x" }), "paths.intake: may hold"],
    ["no path", paths({ script: undefined }), "paths.script: choose a path"],
    ["equal paths", paths({ script: "/f3k9q2w7" }), "paths.script: lies on the same path"],
    ["a path below another", paths({ script: "/f3k9q2w7/s" }), "paths.script: lies on the same path"],
    ["a path that is taken", paths({ script: "/health" }), "paths.script: /health is taken"],
    ["no targets", () => ({ targets: [] }), "targets: name at least one"],
    ["a target twice", ({ targets }) => ({ targets: [...targets, ...targets] }), "targets[1].name: another target"],
    ["a name for a file elsewhere", target({ name: "../x" }), "targets[0].name: write it in"],
    ["no address", target({ url: "collector" }), "targets[0].url: write the collector's address"],
    ["a missing key id", target({ keyId: "" }), "targets[0].keyId: must be rk_"],
    ["a missing secret", target({ secrets: [] }), "targets[0].secrets: is missing"],
    ["a short secret", target({ secrets: ["whsec_abc"] }), "targets[0].secrets: must be whsec_"],
    ["three secrets", target({ secrets: [newSecret(), newSecret(), newSecret()] }), "targets[0].secrets: may hold two"],
    ["a proxy that is no address", () => ({ trustProxy: ["10.0.0.0/99"] }), "trustProxy[0]:"],
    ["a proof of few characters", () => ({ proxyProof: { header: "x-us", secret: "short" } }), "proxyProof.secret:"],
    [
      "a proof in no header",
      () => ({ proxyProof: { header: "x us", secret: "0123456789abcdef" } }),
      "proxyProof.header: write a header's name",
    ],
    ["a rate of nothing", () => ({ requestsPerMinute: 0 }), "requestsPerMinute: must be a number above 0"],
    ["a site without origins", () => ({ sites: [{ id: "a" }] }), "sites[0]: give id"],
    [
      "a site in no time zone",
      () => ({ sites: [siteOf({ timeZone: "Europe/Pariss" })] }),
      'sites[0].timeZone: "Europe/Pariss" is unknown; write one as Europe/Paris',
    ],
    ["an end that takes no time", () => ({ drainMs: "soon" }), "drainMs: must be a number of milliseconds, 0 or more"],
    ["an end before its time", () => ({ drainMs: -1 }), "drainMs: must be"],
    ["no name", () => ({ name: "" }), "name: write a text of at most 128 characters"],
    [
      "a name that no batch can hold",
      () => ({ name: "r".repeat(129) }),
      "name: write a text of at most 128 characters",
    ],
    ["a name that is none", () => ({ name: 7 }), "name: write a text"],
    ["a country in no header", () => ({ countryHeader: "cf ipcountry" }), "countryHeader: write a header's name"],
    ["a city in no header", () => ({ cityHeader: "" }), "cityHeader: write a header's name, as cf-ipcity"],
    ["no journal", () => ({ journal: undefined }), "journal: pass an open journal"],
  ])("with %s are refused by name, with the fix", async (_name, change, expected) => {
    const options = await relayOptions(await standIn());
    const started = createRelay({ ...options, ...change(options) } as RelayOptions);
    const error = await started.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RelayError);
    expect((error as RelayError).code).toBe("options_invalid");
    expect((error as RelayError).message).toContain(expected);
    expect((error as RelayError).message).not.toContain("\n");
    expect((error as RelayError).message).not.toMatch(/whsec_\w{10}/);
  });

  test("with a folder that cannot be one are refused", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    const options = await relayOptions(await standIn());
    await expect(createRelay({ ...options, folder: file })).rejects.toThrow(`folder: ${file} cannot be written`);
  });
});
