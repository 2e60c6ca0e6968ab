import { heatBackend } from "../../e2e/exactness/sinks/heat-sdk.ts";
import { isothermBackend } from "../../e2e/exactness/sinks/isotherm.ts";
import { posthogBackend } from "../../e2e/exactness/sinks/posthog.ts";
import { builtSdk } from "../../scripts/sdk-sizes.mjs";

const ours = (uses) => ({
  backend: isothermBackend,
  setup: `start({ key: "pk_bench", to: "/in", use: [${uses.map((use) => `${use}()`)}] })`,
  source: (setup) => `
    import { ${["start", ...uses].join(", ")} } from ${JSON.stringify(`${builtSdk}/index.js`)};
    globalThis.isotherm = ${setup};`,
});

/**
 * The SDKs that play, each set up as its manual says, with what it offers against loss. The rig's engines call
 * `isotherm.track(name, props)` on the page: `source` gives every SDK's own call that name.
 */
export const contenders = [
  { name: "Isotherm with offline()", ...ours(["offline"]) },
  { name: "Isotherm", ...ours([]) },
  {
    name: "posthog-js",
    package: "posthog-js",
    backend: posthogBackend,
    setup: `posthog.init("phc_bench", { api_host: location.origin, defaults: "2026-08-30", request_batching: true, persistence: "localStorage+cookie", disable_external_dependency_loading: true, rate_limiting: { events_per_second: 1000, events_burst_limit: 10000 } })`,
    source: (setup) => `
      import posthog from "posthog-js";
      ${setup};
      globalThis.isotherm = { track: (name, props) => posthog.capture(name, props) };`,
  },
  {
    name: "heat-sdk",
    package: "@m-software-engineering/heat-sdk",
    backend: heatBackend,
    setup: `init({ endpoint: location.origin + "/ingest", projectKey: "bench", batch: { storage: "localStorage" } })`,
    source: (setup) => `
      import { init } from "@m-software-engineering/heat-sdk";
      const tracker = ${setup};
      globalThis.isotherm = { track: (name, props) => tracker.track(name, props) };`,
  },
];
