import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { botClass, spamClass } from "../../src/enrich/bot.js";
import { people } from "./people.js";

const machines = readFileSync(new URL("./machines.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [kind = "", agent = ""] = line.split(" | ");
    return { kind, agent };
  });
const person = people[0]?.agent ?? "";

describe("botClass", () => {
  test.each(machines)("keeps $agent apart as $kind", ({ agent, kind }) => {
    expect(botClass({ agent, brands: "", webdriver: false })).toBe(kind);
  });

  test.each(people)("takes $agent for a person", ({ agent }) => {
    expect(botClass({ agent, brands: "", webdriver: false })).toBeNull();
  });

  test("believes a browser that says it is driven, or that it has no head", () => {
    expect(botClass({ agent: person, brands: "", webdriver: true })).toBe("headless");
    expect(botClass({ agent: person, brands: '"HeadlessChrome";v="150"', webdriver: false })).toBe("headless");
    expect(botClass({ agent: person, brands: '"Chromium";v="150"', webdriver: false })).toBeNull();
  });
});

describe("spamClass", () => {
  test.each(["semalt.com", "best.semalt.com/project", "trafficbot.life/a"])("knows %s", (referrer) => {
    expect(spamClass(referrer)).toBe("spam");
  });

  test.each(["friend.example/semalt.com", "notsemalt.com", "(not set)", "com", ""])("leaves %s alone", (referrer) => {
    expect(spamClass(referrer)).toBeNull();
  });
});
