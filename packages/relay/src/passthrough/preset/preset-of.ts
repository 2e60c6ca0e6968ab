import { classifyStatus } from "../../target/classify-status.js";
import { isPage, ownAnswer } from "../../target/own-answer.js";
import type { PresetName } from "../options.js";
import { plausible } from "./plausible.js";
import { posthog } from "./posthog.js";
import type { Preset } from "./preset.js";
import { umami } from "./umami.js";

/** Of a tracker that nothing is known about: its requests are delivered as they came. */
const unknown: Preset = {
  durable: [],
  needed: [],
  answer: { status: 202, headers: {}, body: null },
  dedupe: "none",
  restate: async (request) => request,
  addressed: (request) => request,
  classify(response, request) {
    const verdict = classifyStatus(response, { unknown: [502, 504] });
    // A backend may refuse with a page of its own; none takes events with one.
    return verdict.kind === "ok" ? ownAnswer(verdict, !isPage(response), response, request) : verdict;
  },
  read: () => [],
};

const presets: { readonly [name in PresetName]: Preset } = { posthog, plausible, umami };

/** Names of presets. */
export const presetNames: readonly string[] = Object.keys(presets);

/** What is known about a tracker. */
export const presetOf = (name: PresetName | undefined): Preset => (name === undefined ? unknown : presets[name]);
