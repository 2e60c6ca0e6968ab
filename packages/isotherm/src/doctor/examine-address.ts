import { lookup } from "node:dns/promises";
import { BlockList, isIPv6 } from "node:net";
import { truncateAddress } from "@isotherm/protocol/seal";
import { ask, unrecorded } from "./ask.js";
import { type Finding, fail, ok, warn } from "./finding.js";

// https://www.rfc-editor.org/rfc/rfc5737: an address that nobody has.
const nobody = "198.51.100.77";

const inside = new BlockList();
for (const [net, prefix] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  inside.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 127],
  ["fe80::", 10],
  ["fc00::", 7],
] as const)
  inside.addSubnet(net, prefix, "ipv6");

/** Whether an address or network can only be inside somebody's network. */
const isInside = (address: string): boolean => inside.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/**
 * Asks the relay which network it sees this request come from, and once more with a forged `X-Forwarded-For`. `mine` is
 * the caller's public address, where it is known; `resolve` finds the site's.
 */
export async function examineAddress(
  intake: URL,
  mine: string | undefined,
  resolve: (host: string) => Promise<{ readonly address: string }> = lookup,
): Promise<Finding> {
  const seen = await seenBy(intake, {});
  if (seen === undefined)
    return warn(
      "address",
      "the relay does not say whom it sees",
      "update the relay, and let Prefer and Preference-Applied pass",
    );
  const forged = await seenBy(intake, { "x-forwarded-for": nobody });
  if (forged === truncateAddress(nobody))
    return fail(
      "address",
      "the relay believes an X-Forwarded-For that a visitor wrote",
      "trust only your own proxies' addresses in relay.trustProxy, and let the outermost one write the header anew",
    );
  if (mine !== undefined)
    return seen === truncateAddress(mine)
      ? ok("address", `the relay sees this request come from ${seen}, as it does`)
      : fail("address", `the relay sees ${seen}, and this request comes from ${mine}`, trust);
  const { address } = await resolve(intake.hostname.replace(/^\[|\]$/g, ""));
  if (isInside(address)) return ok("address", `the relay sees this request come from ${seen}; both are in one network`);
  if (seen === "unknown" || isInside(seen))
    return fail("address", `the relay sees ${seen}, an inner address: so has every visitor`, trust);
  if (seen === truncateAddress(address))
    return warn(
      "address",
      `the relay sees ${seen}, the site's own network`,
      `if this is not the site's machine: ${trust}`,
    );
  return ok("address", `the relay sees this request come from ${seen}; with --address it is compared`);
}

const trust =
  "name your proxies in relay.trustProxy, or give them a relay.proxyProof, or visitors cannot be told apart";

async function seenBy(intake: URL, headers: Record<string, string>): Promise<string | undefined> {
  const answer = await ask(intake.href, {
    method: "POST",
    headers: { "content-type": "text/plain", prefer: "seen-network", ...unrecorded, ...headers },
    body: "{}",
  });
  return /^seen-network="([^"]+)"$/.exec(answer.headers.get("preference-applied") ?? "")?.[1];
}
