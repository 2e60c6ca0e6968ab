import { parseUrl } from "@isotherm/protocol";
import { type Channel, channelOf } from "./channel.js";
import { sourceOfHost, sourceOfName } from "./find-source.js";
import { hostOf } from "./host.js";
import { notSet } from "./not-set.js";
import type { KnownSource } from "./source-list.js";

/** Where a visit came from. */
export interface Acquisition {
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  readonly term: string;
  readonly content: string;
  readonly channel: Channel;
  /** Host and path of the page before, without its query. */
  readonly referrer: string;
}

const displayNetwork = "Google Display Network";

/**
 * What ad networks add to the address of a click, in lower case, and which network it is: for instance
 * https://support.google.com/analytics/answer/11367152. All but Facebook's are on paid clicks alone; Facebook's is on others
 * too, which nothing tells apart, so they are counted as paid
 * (https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/fbp-and-fbc).
 */
const clickIds: ReadonlyMap<string, string> = new Map([
  ["gclid", "Google"],
  ["gbraid", "Google"],
  ["wbraid", "Google"],
  ["gad_source", "Google"],
  ["dclid", displayNetwork],
  ["msclkid", "Bing"],
  ["fbclid", "Facebook"],
  ["twclid", "X"],
  ["li_fat_id", "LinkedIn"],
  ["ttclid", "TikTok"],
  ["rdt_cid", "Reddit"],
  ["epik", "Pinterest"],
  ["sccid", "Snapchat"],
  ["qclid", "Quora"],
  ["yclid", "Yandex"],
  ["tblci", "Taboola"],
  ["dicbo", "Outbrain"],
]);

/** How analytics tools write in `utm_source` that there is none. */
const noSource = /^\(?(direct|none|not set)\)?$/i;

const longest = 256;

/** Reads where a page view came from off its address and referrer; `own` are the hosts of the site. */
export function acquisitionOf(url: string, referrer: string | undefined, own: ReadonlySet<string>): Acquisition {
  const query = parseUrl(url)?.searchParams ?? new URLSearchParams();
  const read = (name: string): string => (query.get(name) ?? "").trim().slice(0, longest);
  const [medium, campaign, term, content] = [
    read("utm_medium"),
    read("utm_campaign"),
    read("utm_term"),
    read("utm_content"),
  ];
  const clicked = clickedBy(query);

  const from = hostOf(referrer);
  const referred = from !== null && from !== hostOf(url) && !own.has(from);
  const named = ["utm_source", "source", "ref"].map(read).find((value) => value !== "" && !noSource.test(value)) ?? "";
  let known: KnownSource | undefined;
  let name: string;
  if (named !== "") {
    known = sourceOfName(named);
    name = known?.name ?? named;
  } else if (referred) {
    known = sourceOfHost(from);
    name = known?.name ?? from;
  } else {
    name = clicked ?? "";
    known = name === "" ? undefined : sourceOfName(name);
  }
  return {
    source: name === "" ? "Direct" : name,
    medium: medium === "" ? notSet : medium,
    campaign: campaign === "" ? notSet : campaign,
    term: term === "" ? notSet : term,
    content: content === "" ? notSet : content,
    channel: channelOf({
      source: name.toLowerCase(),
      kind: known?.kind,
      medium: medium === "" && clicked === displayNetwork ? "display" : medium.toLowerCase(),
      campaign: campaign.toLowerCase(),
      paid: clicked !== undefined,
      direct: name === "" && campaign === "",
      referred,
    }),
    referrer: referred ? plainReferrer(referrer ?? "", from) : notSet,
  };
}

function clickedBy(query: URLSearchParams): string | undefined {
  for (const [parameter, value] of query) {
    const network = value === "" ? undefined : clickIds.get(parameter.toLowerCase());
    if (network !== undefined) return network;
  }
  return undefined;
}

function plainReferrer(referrer: string, host: string): string {
  return (host + new URL(referrer).pathname).replace(/\/+$/, "").slice(0, longest);
}
