import { headerText } from "./header-text.js";
import type { WebEvent } from "./web-event.js";

/** Headers of a visitor's own: the agent as it is, and the address in the one that the backend reads. */
export function visitorHeaders(
  web: Pick<WebEvent, "agent" | "address"> | undefined,
  addressHeader = "x-forwarded-for",
): { readonly [name: string]: string } {
  const agent = headerText(web?.agent);
  const address = web?.address;
  return {
    ...(agent !== undefined && { "user-agent": agent }),
    ...(address !== undefined && { [addressHeader]: address }),
  };
}
