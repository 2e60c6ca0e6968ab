/** What kind of place a visit came from, which decides its channel. */
export type SourceKind = "search" | "social" | "video" | "shopping" | "assistant" | "email";

/** A place that visits come from: how it is shown, how campaigns name it, and the hosts it sends from. */
export interface KnownSource {
  readonly name: string;
  readonly kind: SourceKind;
  /** Hosts, which stand for their subdomains too; `google.*` stands for every ending. */
  readonly hosts: readonly string[];
  /** Other spellings in `utm_source`, in lower case. */
  readonly aliases?: readonly string[];
}

const source = (
  kind: SourceKind,
  name: string,
  hosts: readonly string[],
  aliases: readonly string[] = [],
): KnownSource => ({ name, kind, hosts, aliases });

/** Places that we know. The more precise host wins, so `mail.google.com` may stand beside `google.*`. */
export const knownSources: readonly KnownSource[] = [
  source("assistant", "ChatGPT", ["chatgpt.com", "chat.openai.com", "openai.com"], ["chatgpt.com", "openai"]),
  source("assistant", "Claude", ["claude.ai"], ["claude.ai"]),
  source("assistant", "Gemini", ["gemini.google.com", "bard.google.com"], ["bard"]),
  source("assistant", "Copilot", ["copilot.microsoft.com", "copilot.cloud.microsoft"], ["microsoft copilot"]),
  source("assistant", "Perplexity", ["perplexity.ai"], ["perplexity.ai"]),
  source("assistant", "Mistral", ["chat.mistral.ai"], ["le chat", "lechat"]),
  source("assistant", "DeepSeek", ["chat.deepseek.com", "deepseek.com"], []),
  source("assistant", "Grok", ["grok.com", "x.ai"], []),
  source("assistant", "Meta AI", ["meta.ai"], ["metaai"]),
  source("assistant", "You.com", ["you.com"], []),
  source("assistant", "Poe", ["poe.com"], []),
  source("assistant", "Phind", ["phind.com"], []),
  source("assistant", "Kimi", ["kimi.com", "kimi.moonshot.cn"], []),

  source("search", "Google", ["google.*"], ["adwords", "google ads", "google-ads", "googleads"]),
  source("search", "Bing", ["bing.com", "cn.bing.com"], ["bing ads", "microsoft ads"]),
  source("search", "Yahoo!", ["search.yahoo.com", "yahoo.*"], ["yahoo"]),
  source("search", "DuckDuckGo", ["duckduckgo.com"], ["ddg"]),
  source("search", "Brave", ["search.brave.com"], ["brave search"]),
  source("search", "Ecosia", ["ecosia.org"], []),
  source("search", "Qwant", ["qwant.com"], []),
  source("search", "Startpage", ["startpage.com", "startpage.*"], []),
  source("search", "Kagi", ["kagi.com"], []),
  source("search", "Baidu", ["baidu.com"], []),
  source("search", "Yandex", ["yandex.*", "ya.ru"], []),
  source("search", "Naver", ["naver.com", "search.naver.com"], []),
  source("search", "Seznam", ["seznam.cz", "search.seznam.cz"], []),
  source("search", "Sogou", ["sogou.com"], []),
  source("search", "So.com", ["so.com"], []),
  source("search", "Daum", ["search.daum.net", "daum.net"], []),
  source("search", "AOL", ["search.aol.com", "aol.com"], []),
  source("search", "Ask", ["ask.com"], []),
  source("search", "Dogpile", ["dogpile.com"], []),
  source("search", "Mojeek", ["mojeek.com"], []),
  source("search", "Swisscows", ["swisscows.com"], []),
  source("search", "MetaGer", ["metager.org", "metager.de"], []),

  source("social", "Facebook", ["facebook.com", "fb.com", "fb.me", "facebookmail.com"], ["fb"]),
  source("social", "Instagram", ["instagram.com"], ["ig", "insta"]),
  source("social", "Threads", ["threads.net", "threads.com"], []),
  source("social", "X", ["x.com", "twitter.com", "t.co"], ["twitter"]),
  source("social", "LinkedIn", ["linkedin.com", "lnkd.in", "com.linkedin.android"], ["li"]),
  source("social", "Reddit", ["reddit.com", "redd.it", "com.reddit.frontpage"], []),
  source("social", "Pinterest", ["pinterest.*", "pin.it"], []),
  source("social", "Hacker News", ["news.ycombinator.com"], ["hackernews", "hn"]),
  source("social", "Mastodon", ["mastodon.social", "mastodon.online", "fosstodon.org", "mas.to", "hachyderm.io"], []),
  source("social", "Bluesky", ["bsky.app", "go.bsky.app"], ["bsky"]),
  source("social", "Telegram", ["t.me", "telegram.org", "telegram.me", "org.telegram.messenger"], []),
  source("social", "WhatsApp", ["whatsapp.com", "wa.me"], []),
  source("social", "Discord", ["discord.com", "discordapp.com"], []),
  source("social", "Snapchat", ["snapchat.com"], []),
  source("social", "Tumblr", ["tumblr.com", "t.umblr.com"], []),
  source("social", "VK", ["vk.com", "vk.ru"], ["vkontakte"]),
  source("social", "Weibo", ["weibo.com", "weibo.cn", "t.cn"], []),
  source("social", "WeChat", ["weixin.qq.com", "wechat.com"], []),
  source("social", "Quora", ["quora.com"], []),
  source("social", "Medium", ["medium.com"], []),
  source("social", "Lobsters", ["lobste.rs"], []),
  source("social", "Product Hunt", ["producthunt.com"], ["producthunt"]),
  source("social", "Stack Overflow", ["stackoverflow.com"], []),
  source("social", "XING", ["xing.com"], []),
  source("social", "Line", ["line.me"], []),
  source("social", "Flipboard", ["flipboard.com"], []),

  source("video", "YouTube", ["youtube.com", "youtu.be"], ["yt"]),
  source("video", "TikTok", ["tiktok.com"], []),
  source("video", "Vimeo", ["vimeo.com"], []),
  source("video", "Twitch", ["twitch.tv"], []),
  source("video", "Dailymotion", ["dailymotion.com"], []),
  source("video", "Bilibili", ["bilibili.com"], []),
  source("video", "Netflix", ["netflix.com"], []),

  source("shopping", "Google Shopping", ["shopping.google.com"], ["igshopping", "google shopping"]),
  source("shopping", "Amazon", ["amazon.*"], []),
  source("shopping", "eBay", ["ebay.*"], []),
  source("shopping", "Etsy", ["etsy.com"], []),
  source("shopping", "AliExpress", ["aliexpress.*"], []),
  source("shopping", "Alibaba", ["alibaba.com"], []),
  source("shopping", "Walmart", ["walmart.com"], []),
  source("shopping", "Shopify", ["shopify.com"], []),
  source("shopping", "Idealo", ["idealo.*"], []),
  source("shopping", "Mercado Libre", ["mercadolibre.*", "mercadolivre.*"], []),

  source("email", "Gmail", ["mail.google.com", "com.google.android.gm"], []),
  source("email", "Outlook", ["outlook.live.com", "outlook.office.com", "outlook.office365.com"], []),
  source("email", "Yahoo! Mail", ["mail.yahoo.com"], []),
  source("email", "Proton Mail", ["mail.proton.me"], []),
  source("email", "GMX", ["gmx.net", "gmx.com"], []),
  source("email", "Fastmail", ["app.fastmail.com"], []),
];
