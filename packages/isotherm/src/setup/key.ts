import { createHash } from "node:crypto";
import type { StoredKey } from "@isotherm/collector";
import { newKeyPair, newSecret } from "@isotherm/protocol/signature";
import { letters, type Random, systemRandom } from "./random.js";

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A key that was just made: what is kept, and what is shown this once. */
export interface NewKey {
  readonly stored: StoredKey;
  /** What its user needs: the key itself, or what a relay signs with. */
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
export function readKey(request: KeyRequest): NewKey {
  return hashedKey("read", "rd", request);
}

/** A key for servers that tell of a site's visitors; kept as a read key is. */
export function writeKey(request: KeyRequest & { readonly site: string }): NewKey {
  return hashedKey("write", "wr", request);
}

function hashedKey(
  kind: "read" | "write",
  prefix: string,
  { site, label, now, random = systemRandom }: KeyRequest,
): NewKey {
  const key = `${prefix}_${letters(base62, 32, random)}`;
  const secret = createHash("sha256").update(key).digest("hex");
  const id = `${kind}_${letters(base62, 10, random)}`;
  return { stored: { id, kind, site, label, secret, createdAt: now, revokedAt: null }, shown: key };
}

/** A relay's credential: a secret that both sides keep, or with Ed25519 a key of which the collector keeps the public half alone. */
export async function relayKey({
  label,
  now,
  ed25519 = false,
  random = systemRandom,
}: Omit<KeyRequest, "site"> & { readonly ed25519?: boolean }): Promise<NewKey> {
  const { kept, shown } = await relaySecret(ed25519);
  return {
    stored: {
      id: `rk_${letters(base62, 12, random)}`,
      kind: "relay",
      site: null,
      label,
      secret: kept,
      createdAt: now,
      revokedAt: null,
    },
    shown,
  };
}

/** What a relay signs with, and what a collector keeps of it. */
export async function relaySecret(ed25519: boolean): Promise<{ readonly kept: string; readonly shown: string }> {
  if (ed25519) {
    const { publicKey, privateKey } = await newKeyPair();
    return { kept: publicKey, shown: privateKey };
  }
  const secret = newSecret();
  return { kept: secret, shown: secret };
}
