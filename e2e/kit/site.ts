import { createServer } from "node:http";
import { pageAt, render } from "../site/pages.js";
import { type Listening, listening } from "./listening.js";

/** The test site's own server. */
export interface Site extends Listening {
  /** What every page carries in its head from now on. */
  embed(snippet: string): void;
}

/** Serves the test site on a free port; `/wipe` clears what it has stored. */
export async function testSite(): Promise<Site> {
  let snippet = "";
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://site").pathname;
    const page = pageAt(path);
    response.setHeader("content-type", "text/html; charset=utf-8");
    // https://www.w3.org/TR/clear-site-data/
    if (path === "/wipe") response.setHeader("clear-site-data", '"storage"');
    else if (page === undefined) response.statusCode = 404;
    response.end(page ? render(page, snippet) : "");
  });
  return {
    ...(await listening(server)),
    embed: (next) => {
      snippet = next;
    },
  };
}
