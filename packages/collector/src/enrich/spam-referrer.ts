/**
 * Hosts that are known for one thing: they send made-up visits so that site owners find them in their reports
 * (https://en.wikipedia.org/wiki/Referrer_spam). They stand for their subdomains too.
 */
const hosts: ReadonlySet<string> = new Set([
  ...["semalt.com", "semaltmedia.com", "buttons-for-website.com", "buttons-for-your-website.com", "darodar.com"],
  ...["econom.co", "ilovevitaly.com", "priceg.com", "blackhatworth.com", "hulfingtonpost.com", "cenoval.ru"],
  ...["bestwebsitesawards.com", "o-o-6-o-o.com", "o-o-8-o-o.com", "best-seo-offer.com", "best-seo-solution.com"],
  ...["100dollars-seo.com", "4webmasters.org", "trafficmonetize.org", "trafficmonetizer.org", "webmonetizer.net"],
  ...["free-share-buttons.com", "free-social-buttons.com", "get-free-traffic-now.com", "get-free-social-traffic.com"],
  ...["social-buttons.com", "simple-share-buttons.com", "share-buttons.xyz", "site-auditor.online", "success-seo.com"],
  ...[
    "videos-for-your-business.com",
    "event-tracking.com",
    "floating-share-buttons.com",
    "guardlink.org",
    "sitequest.ru",
  ],
  ...["makemoneyonline.com", "adviceforum.info", "ranksonic.info", "howtostopreferralspam.eu", "rank-checker.online"],
  ...[
    "traffic2cash.xyz",
    "traffic2money.com",
    "bottraffic.live",
    "bot-traffic.icu",
    "bot-traffic.xyz",
    "trafficbot.life",
  ],
]);

/** Whether a host, or a parent of it, is one of these. */
export function isSpamReferrer(host: string): boolean {
  for (let rest = host; rest.includes("."); rest = rest.slice(rest.indexOf(".") + 1)) if (hosts.has(rest)) return true;
  return false;
}
