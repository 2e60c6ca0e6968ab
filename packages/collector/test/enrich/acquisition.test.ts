import { describe, expect, test } from "vitest";
import { acquisitionOf } from "../../src/enrich/acquisition.js";
import { notSet } from "../../src/enrich/not-set.js";

const own = new Set(["shop.example", "blog.example"]);
const page = "https://shop.example/";

type Visit = readonly [query: string, referrer: string, source: string, channel: string];

/** What our own definition says: docs/definitions.md. */
const direct: readonly Visit[] = [
  ["", "", "Direct", "Direct"],
  ["", "https://shop.example/pricing", "Direct", "Direct"],
  ["", "https://www.shop.example/", "Direct", "Direct"],
  ["", "https://blog.example/post", "Direct", "Direct"],
  ["", "not an address", "Direct", "Direct"],
  ["", "about:blank", "Direct", "Direct"],
  ["?utm_source=", "", "Direct", "Direct"],
  ["?utm_source=(direct)&utm_medium=(none)", "", "Direct", "Direct"],
  ["?utm_source=(direct)&utm_medium=(not%20set)", "", "Direct", "Direct"],
  ["?utm_source=(not%20set)", "https://friend.example/", "friend.example", "Referral"],
  ["?utm_campaign=poster", "", "Direct", "Unassigned"],
  ["", "https://friend.example/links?x=1", "friend.example", "Referral"],
  ["", "https://www.friend.example/", "friend.example", "Referral"],
  ["", "https://FRIEND.example/", "friend.example", "Referral"],
  ["", "http://192.0.2.7:8080/", "192.0.2.7", "Referral"],
  ["", "https://notgoogle.com/", "notgoogle.com", "Referral"],
  ["", "https://google.com.friend.example/", "google.com.friend.example", "Referral"],
  ["", "https://bücher.example/", "xn--bcher-kva.example", "Referral"],
  ["?ref=producthunt", "", "Product Hunt", "Organic Social"],
  ["?ref=news.ycombinator.com", "", "Hacker News", "Organic Social"],
  ["?ref=www.producthunt.com", "https://friend.example/", "Product Hunt", "Organic Social"],
  ["?source=friend", "", "friend", "Unassigned"],
  ["?utm_source=one&source=two&ref=three", "", "one", "Unassigned"],
  ["?source=two&ref=three", "", "two", "Unassigned"],
  ["?ref=three", "https://friend.example/", "three", "Referral"],
];

/** Hosts that the services name as their own, seen when a link on them is followed; for apps their package's name. */
const places: readonly Visit[] = [
  ["", "https://www.google.com/", "Google", "Organic Search"],
  ["", "https://www.google.co.uk/search", "Google", "Organic Search"],
  ["", "https://google.de/", "Google", "Organic Search"],
  ["", "https://www.google.com.br/", "Google", "Organic Search"],
  ["", "android-app://com.google.android.googlequicksearchbox/", "Google", "Organic Search"],
  ["", "https://www.bing.com/search?q=x", "Bing", "Organic Search"],
  ["", "https://duckduckgo.com/", "DuckDuckGo", "Organic Search"],
  ["", "https://html.duckduckgo.com/html", "DuckDuckGo", "Organic Search"],
  ["", "https://search.yahoo.com/", "Yahoo!", "Organic Search"],
  ["", "https://fr.search.yahoo.com/", "Yahoo!", "Organic Search"],
  ["", "https://search.yahoo.co.jp/", "Yahoo!", "Organic Search"],
  ["", "https://www.ecosia.org/", "Ecosia", "Organic Search"],
  ["", "https://yandex.ru/", "Yandex", "Organic Search"],
  ["", "https://yandex.com.tr/", "Yandex", "Organic Search"],
  ["", "https://www.baidu.com/", "Baidu", "Organic Search"],
  ["", "https://m.baidu.com/", "Baidu", "Organic Search"],
  ["", "https://search.naver.com/search.naver", "Naver", "Organic Search"],
  ["", "https://search.seznam.cz/", "Seznam", "Organic Search"],
  ["", "https://search.brave.com/", "Brave", "Organic Search"],
  ["", "https://www.startpage.com/", "Startpage", "Organic Search"],
  ["", "https://kagi.com/search", "Kagi", "Organic Search"],
  ["", "https://www.qwant.com/", "Qwant", "Organic Search"],
  ["", "https://lite.qwant.com/", "Qwant", "Organic Search"],
  ["", "https://go.mail.ru/search", "Mail.ru Search", "Organic Search"],
  ["", "https://chatgpt.com/", "ChatGPT", "AI Assistants"],
  ["?utm_source=chatgpt.com", "https://chatgpt.com/", "ChatGPT", "AI Assistants"],
  ["?utm_source=chatgpt.com", "", "ChatGPT", "AI Assistants"],
  ["?utm_source=openai&utm_medium=organic", "", "ChatGPT", "AI Assistants"],
  ["", "android-app://com.openai.chatgpt/", "ChatGPT", "AI Assistants"],
  ["", "https://www.perplexity.ai/search", "Perplexity", "AI Assistants"],
  ["?utm_source=perplexity", "", "Perplexity", "AI Assistants"],
  ["", "https://gemini.google.com/app", "Gemini", "AI Assistants"],
  ["", "https://notebooklm.google.com/", "NotebookLM", "AI Assistants"],
  ["", "https://copilot.microsoft.com/", "Copilot", "AI Assistants"],
  ["", "https://claude.ai/chat", "Claude", "AI Assistants"],
  ["", "https://chat.deepseek.com/", "DeepSeek", "AI Assistants"],
  ["", "https://grok.com/", "Grok", "AI Assistants"],
  ["", "https://chat.mistral.ai/chat", "Mistral", "AI Assistants"],
  ["", "https://www.meta.ai/", "Meta AI", "AI Assistants"],
  ["", "https://chat.qwen.ai/", "Qwen", "AI Assistants"],
  ["", "https://www.doubao.com/", "Doubao", "AI Assistants"],
  ["", "https://yiyan.baidu.com/", "ERNIE", "AI Assistants"],
  ["", "https://duck.ai/", "Duck.ai", "AI Assistants"],
  ["", "https://t.co/abc", "X", "Organic Social"],
  ["", "android-app://com.twitter.android/", "X", "Organic Social"],
  ["", "https://l.facebook.com/l.php", "Facebook", "Organic Social"],
  ["", "https://lm.facebook.com/", "Facebook", "Organic Social"],
  ["", "https://l.messenger.com/", "Messenger", "Organic Social"],
  ["", "https://l.instagram.com/", "Instagram", "Organic Social"],
  ["", "https://l.threads.com/", "Threads", "Organic Social"],
  ["", "https://www.linkedin.com/feed", "LinkedIn", "Organic Social"],
  ["", "android-app://com.linkedin.android/", "LinkedIn", "Organic Social"],
  ["", "https://out.reddit.com/", "Reddit", "Organic Social"],
  ["", "android-app://com.reddit.frontpage/", "Reddit", "Organic Social"],
  ["", "https://news.ycombinator.com/item?id=1", "Hacker News", "Organic Social"],
  ["", "https://www.pinterest.fr/", "Pinterest", "Organic Social"],
  ["", "https://bsky.app/", "Bluesky", "Organic Social"],
  ["", "https://go.bsky.app/redirect", "Bluesky", "Organic Social"],
  ["", "https://fosstodon.org/@a", "Mastodon", "Organic Social"],
  ["", "https://away.vk.com/away.php", "VK", "Organic Social"],
  ["", "https://web.telegram.org/", "Telegram", "Organic Social"],
  ["", "https://blog.naver.com/x", "Naver Blog", "Organic Social"],
  ["", "https://superuser.com/questions/1", "Stack Exchange", "Organic Social"],
  ["", "https://m.youtube.com/watch", "YouTube", "Organic Video"],
  ["", "https://youtu.be/1", "YouTube", "Organic Video"],
  ["", "https://vimeo.com/1", "Vimeo", "Organic Video"],
  ["", "https://www.twitch.tv/a", "Twitch", "Organic Video"],
  ["", "https://www.tiktok.com/@a", "TikTok", "Organic Video"],
  ["", "https://www.amazon.co.uk/", "Amazon", "Organic Shopping"],
  ["", "https://www.ebay.de/itm/1", "eBay", "Organic Shopping"],
  ["", "https://www.idealo.de/", "Idealo", "Organic Shopping"],
  ["", "https://shopping.google.com/", "Google Shopping", "Organic Shopping"],
  ["", "https://item.rakuten.co.jp/a", "Rakuten", "Organic Shopping"],
  ["", "https://mail.google.com/mail/u/0/", "Gmail", "Email"],
  ["", "android-app://com.google.android.gm/", "Gmail", "Email"],
  ["", "https://outlook.live.com/", "Outlook", "Email"],
  ["", "https://mail.yahoo.com/d/folders/1", "Yahoo! Mail", "Email"],
  ["", "https://mail.proton.me/u/0", "Proton Mail", "Email"],
  ["", "https://e.mail.ru/", "Mail.ru", "Email"],
  ["", "https://news.google.com/", "Google News", "Referral"],
  ["", "https://docs.google.com/document/d/1", "Google Docs", "Referral"],
  ["", "https://shop-example.translate.goog/", "Google Translate", "Referral"],
  ["", "https://github.com/a/b", "GitHub", "Referral"],
  ["", "https://en.m.wikipedia.org/wiki/A", "Wikipedia", "Referral"],
  ["", "https://statics.teams.cdn.office.net/", "Microsoft Teams", "Referral"],
];

/** GA4's default channel groups for manual traffic, one line or more for each: https://support.google.com/analytics/answer/9756891 */
const campaigns: readonly Visit[] = [
  ["?utm_source=google&utm_campaign=cross-network-1", "", "Google", "Cross-network"],
  ["?utm_source=etsy&utm_medium=cpc", "", "Etsy", "Paid Shopping"],
  ["?utm_source=partner&utm_medium=cpc&utm_campaign=spring-shopping", "", "partner", "Paid Shopping"],
  ["?utm_source=partner&utm_medium=paid&utm_campaign=eshop", "", "partner", "Paid Shopping"],
  ["?utm_source=partner&utm_medium=paid&utm_campaign=workshop", "", "partner", "Paid Other"],
  ["?utm_source=google&utm_medium=cpc", "", "Google", "Paid Search"],
  ["?utm_source=google.com&utm_medium=cpc", "", "Google", "Paid Search"],
  ["?utm_source=Google&utm_medium=CPC&utm_campaign=x", "https://www.google.com/", "Google", "Paid Search"],
  ["?utm_source=adwords&utm_medium=ppc", "", "Google", "Paid Search"],
  ["?utm_source=bing&utm_medium=retargeting", "", "Bing", "Paid Search"],
  ["?utm_source=google&utm_medium=cpm", "", "Google", "Paid Search"],
  ["?utm_source=fb&utm_medium=paid_social", "", "Facebook", "Paid Social"],
  ["?utm_source=linkedin&utm_medium=paid-social", "", "LinkedIn", "Paid Social"],
  ["?utm_source=youtube&utm_medium=cpv", "", "YouTube", "Paid Video"],
  ["?utm_source=youtube&utm_medium=ppc", "", "YouTube", "Paid Video"],
  ["?utm_source=tiktok&utm_medium=paid", "", "TikTok", "Paid Video"],
  ["?utm_source=partner&utm_medium=display", "", "partner", "Display"],
  ["?utm_source=partner&utm_medium=banner", "", "partner", "Display"],
  ["?utm_source=partner&utm_medium=interstitial", "", "partner", "Display"],
  ["?utm_source=partner&utm_medium=cpm", "", "partner", "Display"],
  ["?utm_source=partner&utm_medium=cpc", "", "partner", "Paid Other"],
  ["?utm_source=chatgpt.com&utm_medium=cpc", "", "ChatGPT", "Paid Other"],
  ["?utm_source=partner&utm_campaign=shopping-week", "", "partner", "Organic Shopping"],
  ["?utm_source=ig&utm_medium=social", "", "Instagram", "Organic Social"],
  ["?utm_source=partner&utm_medium=sm", "", "partner", "Organic Social"],
  ["?utm_source=partner&utm_medium=social%20media", "", "partner", "Organic Social"],
  ["?utm_source=partner&utm_medium=promo-video", "", "partner", "Organic Video"],
  ["?utm_source=partner&utm_medium=organic", "", "partner", "Organic Search"],
  ["?utm_source=bing&utm_medium=weird", "", "Bing", "Organic Search"],
  ["?utm_source=list&utm_medium=e-mail", "", "list", "Email"],
  ["?utm_source=newsletter&utm_medium=email&utm_campaign=may", "", "newsletter", "Email"],
  ["?utm_source=email", "", "email", "Email"],
  ["?utm_source=e_mail&utm_medium=weekly", "", "e_mail", "Email"],
  ["?utm_source=partner&utm_medium=affiliate", "", "partner", "Affiliates"],
  ["?utm_source=partner&utm_medium=affiliates", "", "partner", "Affiliates"],
  ["?utm_source=partner&utm_medium=referral", "", "partner", "Referral"],
  ["?utm_source=partner&utm_medium=link", "", "partner", "Referral"],
  ["?utm_source=partner&utm_medium=app", "", "partner", "Referral"],
  ["?utm_source=podcast&utm_medium=audio", "", "podcast", "Audio"],
  ["?utm_source=sms", "", "sms", "SMS"],
  ["?utm_source=partner&utm_medium=sms", "", "partner", "SMS"],
  ["?utm_source=app&utm_medium=web-push", "", "app", "Mobile Push Notifications"],
  ["?utm_source=app&utm_medium=notification", "", "app", "Mobile Push Notifications"],
  ["?utm_source=firebase", "", "firebase", "Mobile Push Notifications"],
  ["?utm_source=thing&utm_medium=weird", "", "thing", "Unassigned"],
];

/** What the ad networks' own help pages call the parameter of their clicks. */
const paid: readonly Visit[] = [
  ["?gclid=abc", "", "Google", "Paid Search"],
  ["?gclid=abc", "https://www.google.com/", "Google", "Paid Search"],
  ["?GCLID=abc", "https://www.google.com/", "Google", "Paid Search"],
  ["?gclid=", "https://www.google.com/", "Google", "Organic Search"],
  ["?gbraid=abc", "", "Google", "Paid Search"],
  ["?wbraid=abc", "https://www.google.com/", "Google", "Paid Search"],
  ["?gad_source=1", "", "Google", "Paid Search"],
  ["?gclid=abc&utm_source=news&utm_medium=email", "", "news", "Paid Other"],
  ["?gclid=abc", "https://www.youtube.com/", "YouTube", "Paid Video"],
  ["?dclid=abc", "", "Google Display Network", "Display"],
  ["?msclkid=abc", "https://www.bing.com/", "Bing", "Paid Search"],
  ["?fbclid=abc", "https://l.facebook.com/", "Facebook", "Paid Social"],
  ["?fbclid=abc", "https://l.instagram.com/", "Instagram", "Paid Social"],
  ["?fbclid=abc", "", "Facebook", "Paid Social"],
  ["?twclid=abc", "https://t.co/", "X", "Paid Social"],
  ["?li_fat_id=abc", "", "LinkedIn", "Paid Social"],
  ["?ttclid=abc", "", "TikTok", "Paid Video"],
  ["?rdt_cid=abc", "", "Reddit", "Paid Social"],
  ["?epik=abc", "", "Pinterest", "Paid Social"],
  ["?ScCid=abc", "", "Snapchat", "Paid Social"],
  ["?qclid=abc", "", "Quora", "Paid Social"],
  ["?yclid=1", "https://yandex.ru/", "Yandex", "Paid Search"],
  ["?tblci=abc", "", "Taboola", "Paid Other"],
  ["?dicbo=abc", "https://friend.example/", "friend.example", "Paid Other"],
];

const visits = [...direct, ...places, ...campaigns, ...paid];

describe("acquisitionOf", () => {
  test("is held to 120 visits or more, each one of a kind", () => {
    expect(new Set(visits.map(([query, referrer]) => `${query} ${referrer}`)).size).toBe(visits.length);
    expect(visits.length).toBeGreaterThanOrEqual(120);
  });

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
