import { builtSdk } from "../../scripts/sdk-sizes.mjs";

/**
 * What runs on the page, each as its own manual says to start it, set to record presses, moves and scrolls for heatmaps, and
 * to send to the page's own server, which takes its format.
 */
export const contenders = [
  { name: "nothing", source: "" },
  {
    name: "Isotherm",
    contains: "page views, clicks (dead, rage, links), moves, scrolls, attention; the queue on the device",
    source: `
      import { start, clicks, dead, links, rage, moves, scrolls, attention, offline } from ${JSON.stringify(`${builtSdk}/index.js`)};
      start({ key: "pk_bench", to: "/in", use: [clicks(), dead(), links(), rage(), moves(), scrolls(), attention(), offline()] });`,
  },
  {
    name: "Isotherm, in memory",
    contains: "the same, with the queue in memory, as the others have it",
    source: `
      import { start, clicks, dead, links, rage, moves, scrolls, attention } from ${JSON.stringify(`${builtSdk}/index.js`)};
      start({ key: "pk_bench", to: "/in", use: [clicks(), dead(), links(), rage(), moves(), scrolls(), attention()] });`,
  },
  {
    name: "posthog-js",
    package: "posthog-js",
    contains: "page views, autocapture, heatmaps; no replay",
    source: `
      import posthog from "posthog-js";
      posthog.init("phc_bench", { api_host: location.origin, capture_heatmaps: true, disable_session_recording: true,
        disable_surveys: true, disable_external_dependency_loading: true });`,
  },
  {
    name: "heat-sdk",
    package: "@m-software-engineering/heat-sdk",
    contains: "page views, clicks, moves, scrolls; a queue kept over reloads",
    source: `
      import { init } from "@m-software-engineering/heat-sdk";
      init({ endpoint: location.origin + "/ingest", projectKey: "bench" });`,
  },
  {
    name: "clarity-js",
    package: "clarity-js",
    contains: "replay, clicks, moves, scrolls",
    source: `
      import { clarity } from "clarity-js";
      clarity.start({ projectId: "bench", upload: location.origin + "/collect", content: true, track: true });`,
  },
  {
    name: "rrweb record",
    package: "rrweb",
    contains: "replay; sent every five seconds by a line of ours",
    source: `
      import { record } from "rrweb";
      let events = [];
      const send = () => {
        if (events.length === 0) return;
        const body = JSON.stringify(events);
        events = [];
        fetch("/replay", { method: "POST", body, keepalive: body.length < 60_000 });
      };
      record({ emit: (event) => events.push(event) });
      setInterval(send, 5_000);
      addEventListener("pagehide", send);`,
  },
];
