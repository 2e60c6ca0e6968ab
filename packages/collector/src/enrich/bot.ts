import { isbot } from "isbot";

/** Why a visit is kept apart from people's. */
export type BotClass = "headless" | "assistant" | "monitoring" | "crawler";

const headless = /headless|phantomjs|puppeteer|playwright|selenium|electron-prerender|htmlunit|splash|cypress/i;
const assistant =
  /gptbot|chatgpt|oai-search|claude|anthropic|perplexity|google-extended|googleother|bytespider|ccbot|cohere|mistralai|amazonbot|applebot-extended|meta-externalagent|duckassist|youbot|ai2bot|diffbot/i;
const monitoring =
  /uptime|pingdom|statuscake|site24x7|monitor|datadog|newrelic|lighthouse|pagespeed|gtmetrix|ptst|checkly|nagios|zabbix|better ?stack|healthcheck/i;

/** What kind of machine this user agent is; null for people. */
export function botClass(userAgent: string, webdriver: boolean): BotClass | null {
  if (webdriver || headless.test(userAgent)) return "headless";
  if (assistant.test(userAgent)) return "assistant";
  if (monitoring.test(userAgent)) return "monitoring";
  return userAgent !== "" && isbot(userAgent) ? "crawler" : null;
}
