import { readFileSync } from "node:fs";
import { notSet } from "../../src/enrich/not-set.js";

/** User agents of people's browsers and what they are, as agents.txt has them with their origin. */
export const people = readFileSync(new URL("./agents.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" | ").map((value) => (value === "-" ? notSet : value)))
  .map(([device = "", vendor = "", model = "", browser = "", system = "", agent = ""]) => ({
    agent,
    expected: { device, vendor, model, browser, system },
  }));
