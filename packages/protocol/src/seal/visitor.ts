import type { Salt } from "../briefing.js";
import { type Hmac, hmac } from "../hmac.js";
import { ProtocolError } from "../protocol-error.js";
import { fromBase64, toBase64 } from "../signature/base64.js";
import { canonicalAddress } from "./address.js";

/** What a daily visitor is told apart by. */
export interface VisitorFacts {
  readonly group: string;
  /** The full address. */
  readonly address: string;
  readonly agent: string;
  readonly language: string;
}

/** The part of `edge` that a visitor's hash takes. */
export interface DailyVisitor {
  readonly visitor: string;
  readonly salt: string;
  readonly previous?: string;
}

/** How long after midnight the day before can still be joined. */
const overlap = 4 * 3_600_000;
const hashBytes = 16;

// Held by the salt itself, so that the key is forgotten with it.
const keys = new WeakMap<Salt, Hmac>();

/** The visitor of the day at a time, by the salt of that day; undefined without such a salt. */
export async function dailyVisitor(
  facts: VisitorFacts,
  at: number,
  salts: readonly Salt[],
): Promise<DailyVisitor | undefined> {
  const today = salts.find(({ group, from, until }) => group === facts.group && from <= at && at < until);
  if (today === undefined) return undefined;
  const visitor = await hash(facts, today);
  const before =
    at < today.from + overlap
      ? salts.find(({ group, until }) => group === facts.group && until === today.from)
      : undefined;
  return { visitor, salt: today.day, ...(before !== undefined && { previous: await hash(facts, before) }) };
}

async function hash({ group, address, agent, language }: VisitorFacts, salt: Salt): Promise<string> {
  const text = JSON.stringify([group, canonicalAddress(address), agent, language]);
  const code = await keyOf(salt)(new TextEncoder().encode(text));
  return toBase64(code.subarray(0, hashBytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function keyOf(salt: Salt): Hmac {
  let key = keys.get(salt);
  if (key === undefined) {
    const bytes = fromBase64(salt.secret);
    if (bytes === undefined || bytes.length === 0)
      throw new ProtocolError("secret_invalid", `the salt of ${salt.day} must be base64`);
    key = hmac(bytes);
    keys.set(salt, key);
  }
  return key;
}
