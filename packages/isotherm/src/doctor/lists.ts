import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../error.js";
import { type Filter, parseFilter } from "./filter.js";

/** Reads every list (`.txt`) in a folder and below it. Throws `usage_invalid` where there is none. */
export async function readLists(folder: string): Promise<readonly Filter[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new CommandError("usage_invalid", `--lists: ${folder} cannot be read; name a folder of filter lists`, {
      cause,
    });
  });
  const files = names.filter((name) => name.endsWith(".txt"));
  if (files.length === 0) throw new CommandError("usage_invalid", `--lists: no .txt file is in ${folder}`);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.split("\n").flatMap((line) => parseFilter(line) ?? []));
}

// Words for what such files do, which lists look for anywhere on the web; a name that holds none of them is on no list
// unless somebody has put this very site there.
const words =
  /(?:^|[^a-z0-9])(?:ads?|advert\w*|analytics?|beacons?|click(?:s|stream)?|collect(?:or)?|event(?:s|log)?|ga|gtm|heat-?maps?|insights?|isotherm|log(?:s|ger|ging)?|matomo|metrics?|mixpanel|pixels?|piwik|plausible|posthog|px|rum|segment|sentry|snowplow|stat(?:s|istics)?|telemetry|trac(?:k|e|king|ker)s?|umami|visit(?:s|ors)?)(?:[^a-z0-9]|$)/;

/** The part of an address's path that a list is likely to know; undefined where there is none. */
export const tellingWord = ({ pathname }: URL): string | undefined =>
  words.exec(pathname.toLowerCase())?.[0].replace(/^[^a-z]|[^a-z]$/g, "");
