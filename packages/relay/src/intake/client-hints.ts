import type { ClientHints } from "@isotherm/protocol";
import type { Incoming } from "../web/exchange.js";

/** The hints that browsers send unasked (https://wicg.github.io/ua-client-hints/#low-entropy-hint-table). */
export function clientHints(incoming: Incoming): ClientHints | undefined {
  const platform = incoming.header("sec-ch-ua-platform")?.replaceAll('"', "");
  const mobile = incoming.header("sec-ch-ua-mobile");
  const brands = incoming.header("sec-ch-ua");
  if (platform === undefined && mobile === undefined && brands === undefined) return undefined;
  return {
    ...(platform !== undefined && { platform }),
    ...(mobile !== undefined && { mobile: mobile === "?1" }),
    ...(brands !== undefined && { brands }),
  };
}
