import { edgeOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import type { EventEntry } from "../../src/target/event-target.js";
import type { Target } from "../../src/target/target.js";
import type { TargetOptions } from "../../src/target/target-of.js";
import { targetOf } from "../../src/target/target-of.js";
import { everything, requestsOf } from "../kit/requests.js";

const whole = "203.0.113.7";
const network = "203.0.113.0";

test.each<TargetOptions>([
  { type: "amplitude", apiKey: "key" },
  { type: "mixpanel", token: "token" },
  { type: "posthog", url: "http://posthog.example", apiKey: "phc_key" },
  { type: "segment", writeKey: "key" },
])("$type gets the visitor's network, and the whole address where that is chosen", (options) => {
  const batch = everything({ edge: edgeOf({ ip: network, address: whole }) });
  const sent = (target: Target): string => {
    const [request] = requestsOf(target as Target<EventEntry>, [batch], whole);
    return new TextDecoder().decode(request?.body);
  };
  const usual = targetOf(options);
  expect(usual.needsAddress).toBe(false);
  expect(sent(usual)).toContain(`"${network}"`);
  expect(sent(usual)).not.toContain(whole);
  const chosen = targetOf({ ...options, sendAddress: true } as TargetOptions);
  expect(chosen.needsAddress).toBe(true);
  expect(sent(chosen)).toContain(`"${whole}"`);
});
