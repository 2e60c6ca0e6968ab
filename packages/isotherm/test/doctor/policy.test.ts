import { describe, expect, test } from "vitest";
import { forbidden, type Wanted } from "../../src/doctor/policy.js";

const wanted: Wanted = {
  page: new URL("https://shop.example/"),
  script: new URL("https://shop.example/h2m4x8b1/1f3a9c.js"),
  nonce: "r4nd0m",
  integrity: ["sha384-AAAA"],
  loadsMore: true,
  intake: new URL("https://shop.example/f3k9q2w7"),
};

describe("a Content Security Policy", () => {
  test.each<[string, readonly string[]]>([
    ["", []],
    ["default-src 'self'", []],
    ["default-src 'none'; script-src 'nonce-r4nd0m'; connect-src 'self'", []],
    ["script-src 'nonce-r4nd0m' 'strict-dynamic' https:; require-trusted-types-for 'script'", []],
    ["script-src-elem 'self'; script-src 'none'", []],
    ["script-src https://shop.example/h2m4x8b1/", []],
    ["script-src shop.example:443; connect-src *.example", []],
    ["connect-src https:", []],
    ["default-src 'none'", ["default-src does not allow /h2m4x8b1/1f3a9c.js", "default-src does not allow /f3k9q2w7"]],
    ["script-src 'self' 'strict-dynamic'", ["script-src does not allow /h2m4x8b1/1f3a9c.js"]],
    ["script-src 'nonce-other'", ["script-src does not allow /h2m4x8b1/1f3a9c.js"]],
    ["script-src http://shop.example:8080", ["script-src does not allow /h2m4x8b1/1f3a9c.js"]],
    ["script-src https://shop.example/other/", ["script-src does not allow /h2m4x8b1/1f3a9c.js"]],
    ["connect-src https://*.shop.example", ["connect-src does not allow /f3k9q2w7"]],
    ["script-src 'self', script-src 'none'", ["script-src does not allow /h2m4x8b1/1f3a9c.js"]],
    ["connect-src 'none'; connect-src 'self'", ["connect-src does not allow /f3k9q2w7"]],
    ["sandbox allow-forms", ["sandbox without allow-scripts"]],
    [
      "script-src 'sha384-AAAA'",
      ["script-src allows /h2m4x8b1/1f3a9c.js by its hash, but not the files that data-use loads"],
    ],
    ["script-src 'sha384-AAAA' 'strict-dynamic'", []],
  ])("%j forbids %j", (policy, faults) => {
    expect(forbidden([policy], wanted)).toEqual(faults);
  });

  test("has to allow everything, however many there are", () => {
    expect(forbidden(["default-src *", "connect-src 'none'"], wanted)).toEqual([
      "connect-src does not allow /f3k9q2w7",
    ]);
  });
});
