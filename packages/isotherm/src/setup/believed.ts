import type { StoredKey } from "@isotherm/collector";
import { sign, verify } from "@isotherm/protocol/signature";

/**
 * Whether a collector that keeps this key accepts what is signed with `secret`: while it is rotated that may be either of
 * two, and of an Ed25519 key the collector keeps the public half alone.
 */
export async function believed({ secret: kept }: StoredKey, secret: string): Promise<boolean> {
  const request = { id: "believed", timestamp: 1, body: "" };
  try {
    const headers = await sign({ ...request, secrets: [secret] });
    const secrets = (kept ?? "").split(" ");
    return (await verify({ headers: (name) => headers[name], body: "", secrets, now: 1_000 })).ok;
  } catch {
    // What cannot sign opens nothing.
    return false;
  }
}
