import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runHere } from "./run-here.js";
import { temporaryFolder } from "./temporary-folder.js";

const commands = [
  [],
  ["serve"],
  ["init"],
  ["relay"],
  ["collector"],
  ["keys"],
  ["keys", "create"],
  ["keys", "revoke"],
  ["journal"],
  ["journal", "inspect"],
  ["journal", "verify"],
  ["import"],
  ["import", "heat"],
  ["import", "plausible"],
  ["import", "ga4"],
];

describe("isotherm", () => {
  test.each(commands.map((command) => [command.join(" "), command]))(
    "explains %s with examples",
    async (_, command) => {
      const { code, out, err } = await runHere(temporaryFolder(), [...command, "--help"]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/Usage: isotherm/);
      expect(out).toMatch(/Examples?:\n {2}\$ /);
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(120);
    },
  );

  test("prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(await runHere(temporaryFolder(), ["--version"])).toEqual({ code: 0, out: version, err: "" });
  });

  test.each([
    [["serv"], /unknown command 'serv' \(Did you mean serve\?\)/],
    [["serve", "--prot", "1"], /unknown option '--prot' \(Did you mean --port\?\) See isotherm serve --help\./],
    [["serve", "--port", "80a"], /--port <port>' argument '80a'.*whole number from 0/],
    [["serve", "--proxy", "/"], /Write it as <path>=<address>/],
    [["keys", "create", "publik"], /Allowed choices are public, read, write, relay/],
    [["keys", "create"], /missing required argument 'kind'/],
    [["relay"], /^error: relay\.paths\.intake: is missing; isotherm init chooses it/],
    [["serve", "--config", "none.json"], /^error: --config: .*none\.json does not exist$/],
  ])("answers %j with one line and exit code 2", async (args, message) => {
    const { code, out, err } = await runHere(temporaryFolder(), args);
    expect(err).toMatch(message);
    expect(err.split("\n")).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test("says what the relay's credential lacks, field by field", async () => {
    const cwd = temporaryFolder();
    const paths = { ISOTHERM_RELAY_PATHS_INTAKE: "/f3k9q2w7", ISOTHERM_RELAY_PATHS_SCRIPT: "/h2m4x8b1" };
    expect((await runHere(cwd, ["relay"], paths)).err).toMatch(/^error: relay\.collector\.url: is missing/);
    const withUrl = await runHere(cwd, ["relay", "--collector", "http://127.0.0.1:1"], paths);
    expect(withUrl.err).toMatch(/^error: relay\.collector\.keyId: is missing/);
  });

  test.each([["relay"], ["serve"]])("%s says which target is wrong before it starts anything", async (command) => {
    const cwd = temporaryFolder();
    const relay = {
      paths: { intake: "/f3k9q2w7", script: "/h2m4x8b1" },
      collector: { url: "http://127.0.0.1:1", keyId: "rk_0123456789ab", secrets: [`whsec_${"A".repeat(43)}=`] },
      targets: [{ type: "posthog", url: "https://eu.i.posthog.com", apiKey: { $env: "POSTHOG_KEY" } }],
    };
    writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ relay }));
    const { code, out, err } = await runHere(cwd, [command]);
    expect(err).toMatch(/^error: .*: relay\.targets\[0\]\.apiKey: POSTHOG_KEY is not set; set it in the environment$/);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(readdirSync(cwd)).toEqual(["isotherm.config.json"]);
  });

  test("warns of a variable that is misspelt", async () => {
    const { err } = await runHere(temporaryFolder(), ["keys", "list"], { ISOTHERM_DATTA: "x" });
    expect(err.split("\n")[0]).toBe("warning: ISOTHERM_DATTA is set but unknown; did you mean ISOTHERM_DATA?");
  });
});
