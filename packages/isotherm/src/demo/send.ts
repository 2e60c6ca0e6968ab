import type { Accepted } from "@isotherm/protocol";
import type { DemoVisit } from "./visit.js";

/** Sends visits to a relay's intake, one request each, as their own proxies would pass them on. Rejects at the first that is not taken. */
export async function send(
  intake: string,
  options: {
    readonly key: string;
    readonly visits: readonly DemoVisit[];
    /** Header that the relay reads the country from. */
    readonly countryHeader: string;
    /** Requests under way at once. */
    readonly concurrency: number;
  },
): Promise<void> {
  const { key, visits, countryHeader, concurrency } = options;
  const waiting = [...visits].reverse();
  const sender = async (): Promise<void> => {
    for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
      const { person, batches } = visit;
      const response = await fetch(intake, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": person.device.ua,
          "accept-language": person.lang,
          "x-forwarded-for": person.address,
          [countryHeader]: person.country,
        },
        // Without sentAt nothing is corrected: what is sent late was on time by its own clock.
        body: JSON.stringify({ v: 1, key, batches }),
      });
      const body = await response.text();
      if (!taken(response.status, body)) throw new Error(`the relay answered ${response.status}: ${body}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
}

/** 204, or a 202 that rejects nothing: what was sent before, by a fill that was cut short, is a duplicate. */
function taken(status: number, body: string): boolean {
  if (status !== 202) return status === 204;
  return (JSON.parse(body) as Accepted).rejected.length === 0;
}
