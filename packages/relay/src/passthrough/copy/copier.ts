import type { SealedBatch } from "@isotherm/protocol";
import { seal } from "@isotherm/protocol/seal";
import type { Keeper } from "../../briefing/keeper.js";
import type { ClientAddress } from "../../client/client-address.js";
import { clientHints } from "../../intake/client-hints.js";
import { siteOf } from "../../intake/key.js";
import { privacyVerdict } from "../../intake/privacy.js";
import type { Incoming } from "../../web/exchange.js";
import type { Preset } from "../preset/preset.js";
import type { RawRequest } from "../raw-request.js";
import { copiedBatches } from "./copied-batches.js";

/** What a copier works with. */
export interface CopierParts {
  /** The public key of the site that the copies belong to. */
  readonly key: string;
  readonly keeper: Keeper;
  readonly preset: Preset;
  /** What copies say for the SDK's version. */
  readonly sdk: string;
  /** The relay's name. */
  readonly relay: string;
}

/**
 * Makes sealed batches of what another tracker's request tells; undefined while the site of their key cannot be known, and
 * of a request that cannot be read. Never rejects: no copy is worth the request itself.
 */
export type Copier = (
  incoming: Incoming,
  request: RawRequest,
  client: ClientAddress,
  receivedAt: number,
) => Promise<readonly SealedBatch[] | undefined>;

/** A copier that obeys the site's own policy of GPC and DNT. */
export function copier({ key, keeper, preset, sdk, relay }: CopierParts): Copier {
  return async (incoming, request, client, receivedAt) => {
    try {
      const site = await siteOf(key, keeper);
      const verdict = privacyVerdict(incoming, site.privacy);
      if (verdict.action === "drop") return [];
      return await seal(
        copiedBatches(preset.read(request, receivedAt), receivedAt, sdk),
        {
          at: receivedAt,
          group: site.group,
          address: client.address,
          agent: incoming.header("user-agent"),
          language: incoming.header("accept-language"),
          hints: clientHints(incoming),
          origin: incoming.header("origin"),
          relay,
          privacy: verdict.action === "strip" ? verdict.signal : undefined,
        },
        keeper.book.salts,
      );
    } catch {
      return undefined;
    }
  };
}
