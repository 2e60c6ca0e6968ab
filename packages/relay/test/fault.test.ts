import { describe, expect, test } from "vitest";
import { faultOf } from "../src/fault.js";

/** What something throws. */
function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}

describe("what is logged of an error", () => {
  test.each<[string, () => unknown, object]>([
    ["an address that is none", () => new URL("/jane", "https://a b"), { name: "TypeError", code: "ERR_INVALID_URL" }],
    ["a body that is no JSON", () => JSON.parse('"jane\n    at jane (jane.js:1:1)'), { name: "SyntaxError" }],
    [
      "what caused it",
      () => {
        throw new Error("jane", { cause: Object.assign(new RangeError("jane"), { input: "jane" }) });
      },
      { name: "Error", cause: { name: "RangeError" } },
    ],
    [
      "a message that was written anew",
      () => {
        throw Object.assign(new Error("jane\n    at jane"), { message: "other" });
      },
      { name: "Error" },
    ],
    [
      "what is no error",
      () => {
        throw { jane: "jane" };
      },
      { name: "object" },
    ],
  ])("is no part of what it is about: %s", (_, act, expected) => {
    const fault = faultOf(thrownBy(act));
    expect(fault).toMatchObject(expected);
    expect(JSON.stringify(fault)).not.toContain("jane");
  });

  test("is where it was thrown", () => {
    expect(faultOf(thrownBy(() => JSON.parse("{"))).stack).toMatch(/^at .*\n.*fault\.test\.ts/);
  });
});
