import { fixtureTime } from "@isotherm/protocol/fixtures";
import type { Site } from "../../src/store/sites.js";

/** A site to project into. */
export const siteOf = (overrides: Partial<Site> = {}): Site => ({
  id: "shop",
  name: "Shop",
  group: "shop",
  timeZone: "Europe/Paris",
  origins: ["https://shop.example"],
  privacy: { gpc: "strip", dnt: "ignore" },
  demo: false,
  createdAt: fixtureTime,
  ...overrides,
});
