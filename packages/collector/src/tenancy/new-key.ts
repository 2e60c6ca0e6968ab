import { createHash, randomInt } from "node:crypto";
import { newSecret } from "@isotherm/protocol/signature";
import type { KeyKind, StoredKey } from "../store/sites.js";

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const random = (length: number): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join("");

/** What tells a key apart besides its secret. */
export type KeyFacts = Omit<StoredKey, "id" | "secret" | "revokedAt">;

/** A key to be kept, and what is shown of it once. */
export interface MadeKey {
  readonly stored: StoredKey;
  readonly shown: string;
}

/** Makes a key of a kind; of read and write keys only the hash is kept. */
export function newKey(facts: KeyFacts): MadeKey {
  const { id, secret, shown } = makers[facts.kind]();
  return { stored: { ...facts, id, secret, revokedAt: null }, shown };
}

const makers: {
  readonly [kind in KeyKind]: () => { readonly id: string; readonly secret: string | null; readonly shown: string };
} = {
  public() {
    const id = `pk_${random(24)}`;
    return { id, secret: null, shown: id };
  },
  read: () => hashed("read", "rd"),
  write: () => hashed("write", "wr"),
  relay() {
    const secret = newSecret();
    return { id: `rk_${random(12)}`, secret, shown: secret };
  },
};

function hashed(kind: "read" | "write", prefix: string): ReturnType<(typeof makers)["read"]> {
  const shown = `${prefix}_${random(32)}`;
  return { id: `${kind}_${random(10)}`, secret: createHash("sha256").update(shown).digest("hex"), shown };
}
