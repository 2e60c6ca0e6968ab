import { full } from "../kit/effort.js";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios.js";
import type { SystemStage } from "./stage.js";
import { storageScenarios } from "./storage-scenarios.js";
import { systemScenarios } from "./system-scenarios.js";

/** Every row that there is. */
export const all: readonly Scenario<SystemStage>[] = [...scenarios, ...storageScenarios, ...systemScenarios];

// What happens behind the page, and what is much like another row: `npm test` plays it in one engine.
const once = [
  ...systemScenarios.map(({ name }) => name),
  "500s + close",
  "normal",
  "two tabs offline",
  "500s for 25 s",
  "line stalled",
  "answer lost",
  "storage lost between visits",
  "in memory: offline 30 s",
  "in memory: 500s for 25 s",
];

/** The rows that `npm test` plays in every engine. */
export const inEach: readonly Scenario<SystemStage>[] = full ? all : all.filter(({ name }) => !once.includes(name));
