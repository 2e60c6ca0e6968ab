import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromEnvironment, strangers, variables } from "../../src/config/environment.js";
import { CommandError } from "../../src/error.js";

describe("fromEnvironment", () => {
  test("reads texts, numbers, switches and lists into their fields", () => {
    expect(
      fromEnvironment({
        ISOTHERM_DATA: "/var/lib/isotherm",
        ISOTHERM_RELAY_PORT: "80",
        ISOTHERM_RELAY_PATHS_INTAKE: "/f3k9q2w7",
        ISOTHERM_RELAY_TRUST_PROXY: "10.0.0.0/8, 127.0.0.1",
        ISOTHERM_COLLECTOR_DASHBOARD: "false",
        PATH: "/bin",
      }),
    ).toEqual({
      data: "/var/lib/isotherm",
      relay: { port: 80, paths: { intake: "/f3k9q2w7" }, trustProxy: ["10.0.0.0/8", "127.0.0.1"] },
      collector: { dashboard: false },
    });
  });

  test("takes an empty variable for an absent one", () => {
    expect(fromEnvironment({ ISOTHERM_RELAY_PORT: "" })).toEqual({});
  });

  test.each([
    ["ISOTHERM_RELAY_PORT", "80a", "a whole number"],
    ["ISOTHERM_COLLECTOR_DASHBOARD", "yes", "true or false"],
  ])("refuses %s=%s by name", (name, value, wanted) => {
    expect(() => fromEnvironment({ [name]: value })).toThrow(
      new CommandError("config_invalid", `${name}: must be ${wanted}, is "${value}"`),
    );
  });
});

describe("strangers", () => {
  test("says what a misspelt variable was probably meant to be", () => {
    expect(strangers({ ISOTHERM_RELAY_PROT: "80", ISOTHERM_RELAY_PORT: "80", ISOTHERM_CONFIG: "x" })).toEqual([
      "ISOTHERM_RELAY_PROT is set but unknown; did you mean ISOTHERM_RELAY_PORT?",
    ]);
  });
});

describe("the README", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

  test.each(variables.map(({ name, path }) => [name, path.join(".")]))("documents %s beside %s", (name, path) => {
    const line = readme.split("\n").find((text) => text.includes(`\`${name}\``));
    expect(line).toContain(`\`${path}\``);
  });

  test.each(
    variables.filter(({ node }) => node.default !== undefined).map(({ path, node }) => [path.join("."), node.default]),
  )("states the default of %s", (path, fallback) => {
    const line = readme.split("\n").find((text) => text.startsWith(`| \`${path}\``));
    expect(line).toContain(`\`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``);
  });
});
