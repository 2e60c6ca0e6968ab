/**
 * What others ship to the page, each as its own manual says to import it. `beside` is the set of our imports that does
 * the most similar work; without one there is nothing of ours to compare it with.
 */
export const peers = [
  {
    package: "@m-software-engineering/heat-sdk",
    source: `export { init } from "@m-software-engineering/heat-sdk";`,
    contains: "page views, custom events, clicks, moves, scrolls, forms, keys; a queue kept over reloads",
    beside: "start, clicks, moves, scrolls, offline",
  },
  {
    package: "posthog-js",
    source: `export { default } from "posthog-js";`,
    contains: "page views, custom events, autocapture, flags, surveys; loads replay and more when switched on",
    beside: "start, clicks, moves, scrolls, offline",
  },
  {
    package: "posthog-js",
    entry: "posthog-js/dist/module.slim",
    source: `export { default } from "posthog-js/dist/module.slim";`,
    contains: "page views, custom events; the rest as extensions",
    beside: "start",
  },
  {
    package: "@plausible-analytics/tracker",
    source: `export { init, track } from "@plausible-analytics/tracker";`,
    contains: "page views with engagement, custom events, outbound links, downloads, forms",
    beside: "start",
  },
  {
    package: "ahoy.js",
    source: `export { default } from "ahoy.js";`,
    contains: "visits, page views, custom events, clicks and forms; no heatmap, cookies",
    beside: "start",
  },
  {
    package: "web-vitals",
    source: `export { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";`,
    contains: "measures five vitals, and sends nothing",
  },
];
