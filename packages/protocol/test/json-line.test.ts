import { jsonLine } from "@isotherm/protocol";
import { expect, test } from "vitest";

test("a line of JSON holds nothing that a reader may take for its end, and means what it meant", () => {
  const value = { title: "a\nb\r\nc\u2028d\u2029e", "\u2028": ["\u2029"] };
  const line = jsonLine(value);
  expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
  expect(JSON.parse(line)).toEqual(value);
});
