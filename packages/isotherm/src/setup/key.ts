import { createHash } from "node:crypto";
import type { StoredKey } from "@isotherm/collector";
import { newSecret } from "@isotherm/protocol/signature";
import { letters, type Random, systemRandom } from "./random.js";

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A key that was just made: what is kept, and what is shown this once. */
export interface NewKey {
  readonly stored: StoredKey;
  /** What its user needs: the key itself, or a relay's `whsec_…` secret. */
  readonly shown: string;
}

/** What a new key is for. */
export interface KeyRequest {
  /** The site it opens; null opens all. */
  readonly site: string | null;
  readonly label: string;
  /** Clock in ms since 1970. */
  readonly now: number;
  /** @default the operating system's */
  readonly random?: Random;
}

/** A key for pages. It is no secret. */
export function publicKey({ site, label, now, random = systemRandom }: KeyRequest & { readonly site: string }): NewKey {
  const key = `pk_${letters(base62, 24, random)}`;
  return {
    stored: { id: key, kind: "public", site, label, secret: null, createdAt: now, revokedAt: null },
    shown: key,
  };
}

/** A key for dashboards and scripts. Only its hash is kept, and the id that names it says nothing about it. */
export function readKey({ site, label, now, random = systemRandom }: KeyRequest): NewKey {
  const key = `rd_${letters(base62, 32, random)}`;
  const secret = createHash("sha256").update(key).digest("hex");
  return {
    stored: {
      id: `read_${letters(base62, 10, random)}`,
      kind: "read",
      site,
      label,
      secret,
      createdAt: now,
      revokedAt: null,
    },
    shown: key,
  };
}

/** A relay's credential. Its secret is kept as it is, because checking a signature needs it. */
export function relayKey({ label, now, random = systemRandom }: Omit<KeyRequest, "site">): NewKey {
  const secret = newSecret();
  return {
    stored: {
      id: `rk_${letters(base62, 12, random)}`,
      kind: "relay",
      site: null,
      label,
      secret,
      createdAt: now,
      revokedAt: null,
    },
    shown: secret,
  };
}
