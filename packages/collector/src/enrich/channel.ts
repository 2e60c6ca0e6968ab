import type { SourceKind } from "./source-list.js";

/** The channels, as a report names them. */
export type Channel =
  | "Direct"
  | "Cross-network"
  | "Paid Shopping"
  | "Paid Search"
  | "Paid Social"
  | "Paid Video"
  | "Display"
  | "Paid Other"
  | "Organic Shopping"
  | "Organic Social"
  | "Organic Video"
  | "AI Assistants"
  | "Organic Search"
  | "Email"
  | "Affiliates"
  | "Referral"
  | "Audio"
  | "SMS"
  | "Mobile Push Notifications"
  | "Unassigned";

/** What decides a channel; all texts in lower case, empty where there is none. */
export interface ChannelFacts {
  readonly source: string;
  readonly kind: SourceKind | undefined;
  readonly medium: string;
  readonly campaign: string;
  /** A click id says that the click was paid for. */
  readonly paid: boolean;
  /** Nothing says where the visit came from. */
  readonly direct: boolean;
  /** Another site sent it. */
  readonly referred: boolean;
}

const paidMedium = /^(.*cp.*|ppc|retargeting|paid.*)$/;
const shoppingCampaign = /^(.*(([^a-df-z]|^)shop|shopping).*)$/;
const display = new Set(["display", "banner", "expandable", "interstitial", "cpm"]);
const social = new Set(["social", "social-network", "social-media", "sm", "social network", "social media"]);
const email = new Set(["email", "e-mail", "e_mail", "e mail"]);
const referral = new Set(["referral", "app", "link"]);

const rules: readonly (readonly [Channel, (facts: ChannelFacts, paid: boolean) => boolean])[] = [
  ["Direct", ({ direct, medium }) => direct && (medium === "" || medium === "(none)" || medium === "(not set)")],
  ["Cross-network", ({ campaign }) => campaign.includes("cross-network")],
  ["Paid Shopping", ({ kind, campaign }, paid) => paid && (kind === "shopping" || shoppingCampaign.test(campaign))],
  ["Paid Search", ({ kind }, paid) => paid && kind === "search"],
  ["Paid Social", ({ kind }, paid) => paid && kind === "social"],
  ["Paid Video", ({ kind }, paid) => paid && kind === "video"],
  ["Display", ({ medium }) => display.has(medium)],
  ["Paid Other", (_facts, paid) => paid],
  ["Organic Shopping", ({ kind, campaign }) => kind === "shopping" || shoppingCampaign.test(campaign)],
  ["Organic Social", ({ kind, medium }) => kind === "social" || social.has(medium)],
  ["Organic Video", ({ kind, medium }) => kind === "video" || medium.includes("video")],
  ["AI Assistants", ({ kind }) => kind === "assistant"],
  ["Organic Search", ({ kind, medium }) => kind === "search" || medium === "organic"],
  ["Email", ({ kind, source, medium }) => kind === "email" || email.has(source) || email.has(medium)],
  ["Affiliates", ({ medium }) => medium === "affiliate" || medium === "affiliates"],
  ["Referral", ({ medium, referred }) => referral.has(medium) || (referred && medium === "")],
  ["Audio", ({ medium }) => medium === "audio"],
  ["SMS", ({ source, medium }) => source === "sms" || medium === "sms"],
  [
    "Mobile Push Notifications",
    ({ source, medium }) =>
      medium.endsWith("push") || medium.includes("mobile") || medium.includes("notification") || source === "firebase",
  ],
];

/**
 * The first of Google Analytics 4's default channel groups that fits
 * (https://support.google.com/analytics/answer/9756891), with AI assistants before organic search.
 */
export function channelOf(facts: ChannelFacts): Channel {
  const paid = facts.paid || paidMedium.test(facts.medium);
  return rules.find(([, fits]) => fits(facts, paid))?.[0] ?? "Unassigned";
}
