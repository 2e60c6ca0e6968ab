import { describe, expect, test } from "vitest";
import { acquisitionOf } from "../../src/enrich/acquisition.js";
import { notSet } from "../../src/enrich/not-set.js";

const own = new Set(["shop.example", "blog.example"]);
const page = "https://shop.example/";

/** Query, referrer, and the source and channel that they make. */
const visits: readonly (readonly [query: string, referrer: string, source: string, channel: string])[] = [
  ["", "", "Direct", "Direct"],
  ["", "https://shop.example/pricing", "Direct", "Direct"],
  ["", "https://www.shop.example/", "Direct", "Direct"],
  ["", "https://blog.example/post", "Direct", "Direct"],
  ["", "not an address", "Direct", "Direct"],
  ["", "https://www.google.com/", "Google", "Organic Search"],
  ["", "https://www.google.co.uk/search", "Google", "Organic Search"],
  ["", "https://google.de/", "Google", "Organic Search"],
  ["", "https://www.bing.com/search?q=x", "Bing", "Organic Search"],
  ["", "https://duckduckgo.com/", "DuckDuckGo", "Organic Search"],
  ["", "https://search.yahoo.com/", "Yahoo!", "Organic Search"],
  ["", "https://www.ecosia.org/", "Ecosia", "Organic Search"],
  ["", "https://yandex.ru/", "Yandex", "Organic Search"],
  ["", "https://www.baidu.com/", "Baidu", "Organic Search"],
  ["", "https://search.brave.com/", "Brave", "Organic Search"],
  ["", "https://chatgpt.com/", "ChatGPT", "AI Assistants"],
  ["?utm_source=chatgpt.com", "https://chatgpt.com/", "ChatGPT", "AI Assistants"],
  ["", "https://www.perplexity.ai/search", "Perplexity", "AI Assistants"],
  ["", "https://gemini.google.com/app", "Gemini", "AI Assistants"],
  ["", "https://copilot.microsoft.com/", "Copilot", "AI Assistants"],
  ["", "https://claude.ai/chat", "Claude", "AI Assistants"],
  ["", "https://t.co/abc", "X", "Organic Social"],
  ["", "https://l.facebook.com/l.php", "Facebook", "Organic Social"],
  ["", "https://lm.facebook.com/", "Facebook", "Organic Social"],
  ["", "https://www.linkedin.com/feed", "LinkedIn", "Organic Social"],
  ["", "https://out.reddit.com/", "Reddit", "Organic Social"],
  ["", "https://news.ycombinator.com/item?id=1", "Hacker News", "Organic Social"],
  ["", "https://www.pinterest.fr/", "Pinterest", "Organic Social"],
  ["", "https://bsky.app/", "Bluesky", "Organic Social"],
  ["", "android-app://com.reddit.frontpage/", "Reddit", "Organic Social"],
  ["", "https://m.youtube.com/watch", "YouTube", "Organic Video"],
  ["", "https://vimeo.com/1", "Vimeo", "Organic Video"],
  ["", "https://www.amazon.co.uk/", "Amazon", "Organic Shopping"],
  ["", "https://mail.google.com/mail/u/0/", "Gmail", "Email"],
  ["", "https://outlook.live.com/", "Outlook", "Email"],
  ["", "https://friend.example/links?x=1", "friend.example", "Referral"],
  ["", "https://notgoogle.com/", "notgoogle.com", "Referral"],
  ["?utm_source=google&utm_medium=cpc", "", "Google", "Paid Search"],
  ["?utm_source=Google&utm_medium=CPC&utm_campaign=x", "https://www.google.com/", "Google", "Paid Search"],
  ["?gclid=abc", "", "Google", "Paid Search"],
  ["?gclid=abc", "https://www.google.com/", "Google", "Paid Search"],
  ["?msclkid=abc", "https://www.bing.com/", "Bing", "Paid Search"],
  ["?fbclid=abc", "https://l.facebook.com/", "Facebook", "Paid Social"],
  ["?utm_source=fb&utm_medium=paid_social", "", "Facebook", "Paid Social"],
  ["?utm_source=ig&utm_medium=social", "", "Instagram", "Organic Social"],
  ["?utm_source=youtube&utm_medium=cpv", "", "YouTube", "Paid Video"],
  ["?utm_source=youtube&utm_medium=ppc", "", "YouTube", "Paid Video"],
  ["?utm_source=etsy&utm_medium=cpc", "", "Etsy", "Paid Shopping"],
  ["?utm_source=partner&utm_medium=cpc&utm_campaign=spring-shopping", "", "partner", "Paid Shopping"],
  ["?utm_source=partner&utm_medium=cpc", "", "partner", "Paid Other"],
  ["?utm_source=partner&utm_medium=display", "", "partner", "Display"],
  ["?utm_source=partner&utm_medium=cpm", "", "partner", "Display"],
  ["?utm_source=google&utm_medium=cpm", "", "Google", "Paid Search"],
  ["?utm_source=google&utm_campaign=cross-network-1", "", "Google", "Cross-network"],
  ["?utm_source=list&utm_medium=e-mail", "", "list", "Email"],
  ["?utm_source=newsletter&utm_medium=email&utm_campaign=may", "", "newsletter", "Email"],
  ["?utm_source=partner&utm_medium=affiliate", "", "partner", "Affiliates"],
  ["?utm_source=podcast&utm_medium=audio", "", "podcast", "Audio"],
  ["?utm_source=sms", "", "sms", "SMS"],
  ["?utm_source=app&utm_medium=web-push", "", "app", "Mobile Push Notifications"],
  ["?utm_source=partner&utm_medium=referral", "", "partner", "Referral"],
  ["?ref=producthunt", "", "Product Hunt", "Organic Social"],
  ["?ref=news.ycombinator.com", "", "Hacker News", "Organic Social"],
  ["?source=friend", "", "friend", "Unassigned"],
  ["?utm_source=thing&utm_medium=weird", "", "thing", "Unassigned"],
  ["?utm_campaign=poster", "", "Direct", "Unassigned"],
];

describe("acquisitionOf", () => {
  test.each(visits)("takes %j from %j for %s, %s", (query, referrer, source, channel) => {
    expect(acquisitionOf(page + query, referrer, own)).toMatchObject({ source, channel });
  });

  test("reads the parameters of a campaign as they are written", () => {
    const url = `${page}?utm_source=News&utm_medium=Email&utm_campaign=May%202026&utm_term=a+b&utm_content=${"x".repeat(300)}`;
    expect(acquisitionOf(url, undefined, own)).toEqual({
      ...{ source: "News", medium: "Email", campaign: "May 2026", term: "a b", content: "x".repeat(256) },
      ...{ channel: "Email", referrer: notSet },
    });
  });

  test("keeps a referrer's host and path, without its query", () => {
    expect(acquisitionOf(page, "https://www.friend.example/links/?mail=a@b.example#x", own).referrer).toBe(
      "friend.example/links",
    );
    expect(acquisitionOf(page, "https://shop.example/pricing", own).referrer).toBe(notSet);
  });
});
