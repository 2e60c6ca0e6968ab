/** A request that EasyPrivacy stops, and the line that does. */
export interface Control {
  readonly name: string;
  readonly line: string;
  /** Its path; on the page's own origin, unless it goes to another. */
  readonly path: string;
  readonly foreign?: boolean;
  readonly by: "beacon" | "fetch";
}

/** What blockers do stop: a session that gets through proves something only where these do not. */
export const controls: readonly Control[] = [
  {
    name: "a tracker's usual path, by beacon",
    line: "/api/collect|$ping,xmlhttprequest",
    path: "/api/collect",
    by: "beacon",
  },
  { name: "the same by fetch", line: "/api/collect|$ping,xmlhttprequest", path: "/api/collect", by: "fetch" },
  { name: "a proxied Plausible", line: "/stats/api/event", path: "/stats/api/event", by: "fetch" },
  {
    name: "a beacon to another site, on any path",
    line: "$ping,third-party",
    path: "/f3k9q2w7",
    foreign: true,
    by: "beacon",
  },
];

/** Sends a control from within a page. Runs there. */
export async function sendControl({ url, by }: { readonly url: string; readonly by: Control["by"] }): Promise<void> {
  if (by === "beacon") navigator.sendBeacon(url, "control");
  else await fetch(url, { method: "POST", body: "control" }).catch(() => {});
}
