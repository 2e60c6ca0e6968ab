import type { BotClass } from "@isotherm/protocol";
import { isbot } from "isbot";
import { isSpamReferrer } from "./spam-referrer.js";

/** What a machine can be told by. */
export interface BotSigns {
  readonly agent: string;
  /** The browser's brands, in which a headless one names itself also under another's user agent. */
  readonly brands: string;
  /** The browser says that it is driven. */
  readonly webdriver: boolean;
}

const headless =
  /headless|phantomjs|puppeteer|playwright|selenium|electron-prerender|htmlunit|slimerjs|\bsplash\b|cypress/i;

/**
 * Names that the companies publish, as on https://platform.openai.com/docs/bots,
 * https://support.claude.com/en/articles/8896518, https://docs.perplexity.ai/guides/bots,
 * https://developers.google.com/search/docs/crawling-indexing/google-common-crawlers and
 * https://developers.facebook.com/docs/sharing/webmasters/web-crawlers.
 */
const assistant = new RegExp(
  [
    ...["GPTBot", "ChatGPT-User", "OAI-SearchBot", "OAI-AdsBot", "ClaudeBot", "Claude-User", "Claude-SearchBot"],
    ...["Claude-Web", "anthropic-ai", "PerplexityBot", "Perplexity-?User", "Google-Extended", "GoogleOther"],
    ...["Google-CloudVertexBot", "Google-NotebookLM", "Google-Agent", "Gemini-Deep-Research", "AzureAI-SearchBot"],
    ...["meta-externalagent", "meta-externalfetcher", "Bytespider", "CCBot", "cohere-", "MistralAI-User", "Amazonbot"],
    ...["Amzn-User", "AmazonBuyForMe", "Applebot-Extended", "DuckAssistBot", "YouBot", "AI2Bot", "Diffbot"],
    ...[
      "PanguBot",
      "Timpibot",
      "omgili",
      "webzio-extended",
      "FirecrawlAgent",
      "crawl4ai",
      "img2dataset",
      "bigsur\\.ai",
    ],
  ].join("|"),
  "i",
);
const monitoring =
  /uptime|pingdom|statuscake|site24x7|datadog|new ?relic|lighthouse|pagespeed|gtmetrix|\bptst\b|checkly|nagios|zabbix|better ?stack|health-?check/i;
/** Says what a machine does only once it is known to be one. */
const watching = /monitor|synthetic/i;

/** What kind of machine sent this; null for people. */
export function botClass({ agent, brands, webdriver }: BotSigns): Exclude<BotClass, "spam" | "hosting"> | null {
  if (webdriver || headless.test(agent) || headless.test(brands)) return "headless";
  if (assistant.test(agent)) return "assistant";
  if (monitoring.test(agent)) return "monitoring";
  if (agent === "" || !isbot(agent)) return null;
  return watching.test(agent) ? "monitoring" : "crawler";
}

/** What a person's visit is when its referrer, as host and path, is one of those. */
export function spamClass(referrer: string): "spam" | null {
  return isSpamReferrer(referrer.split("/", 1)[0] ?? "") ? "spam" : null;
}
