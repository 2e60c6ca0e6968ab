import type { Batch } from "@isotherm/protocol";
import type { Incoming } from "../web/exchange.js";

/** Remembers visitors by a cookie that scripts cannot read. */
export interface VisitorCookie {
  /**
   * Batches with their visitor, where they name none themselves, and the `Set-Cookie` to answer with once they are taken;
   * undefined where the browser has the right one.
   */
  name(
    incoming: Incoming,
    batches: readonly Batch[],
  ): Promise<{ readonly batches: readonly Batch[]; readonly set: string | undefined }>;
  /** The `Set-Cookie` that deletes it; undefined where the browser has none. */
  forget(incoming: Incoming): string | undefined;
}

interface Known {
  readonly visitor: string;
  /** The last log-out that was heard of. */
  readonly reset?: string;
}

// 13 months, counted from the first visit: it is never renewed. https://www.cnil.fr/fr/cookies-et-autres-traceurs/regles/cookies-solutions-pour-les-outils-de-mesure-daudience
const lifeInSeconds = 395 * 86_400;
const form = /^([0-9a-f]{32})(?:\.([0-9a-f-]{36}))?$/;
const encoder = new TextEncoder();

/**
 * A visitor cookie for an intake. It goes by the path's own last part: as random, as lasting, and as little on any list.
 *
 * Its value is made of a secret of this process and of the tab that first asked: to everybody else it is random, and
 * requests that a page sends at the same time get the same one. A batch after `reset()` says so by an id that only grows;
 * the first to bring a larger one than the cookie's gets a new visitor, so that repeating it changes nothing.
 */
export function visitorCookie(path: string): VisitorCookie {
  const cookie = path.slice(path.lastIndexOf("/") + 1);
  const write = (value: string, seconds: number): string =>
    `${cookie}=${value}; Path=${path}; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`;

  let secret: Promise<CryptoKey> | undefined;
  const visitorOf = async (seed: string): Promise<string> => {
    // Not before the first request: a Worker has no randomness until then.
    secret ??= crypto.subtle.importKey(
      "raw",
      crypto.getRandomValues(new Uint8Array(32)),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", await secret, encoder.encode(seed)));
    return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const read = (incoming: Incoming): Known | undefined => {
    const parts = (incoming.header("cookie") ?? "").split(";").map((part) => part.trim());
    const value = parts.find((part) => part.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
    const [, visitor, reset] = form.exec(value ?? "") ?? [];
    return visitor === undefined ? undefined : { visitor, ...(reset !== undefined && { reset }) };
  };

  return {
    async name(incoming, batches) {
      // The page of another site sends no cookie of this one, and gets none.
      if (incoming.header("sec-fetch-site") === "cross-site") return { batches, set: undefined };
      const before = read(incoming);
      let known = before;
      const named: Batch[] = [];
      for (const batch of batches) {
        const { id, tab, visitor, reset } = batch;
        if (visitor !== undefined) {
          named.push(batch);
          continue;
        }
        if (reset !== undefined && reset > (known?.reset ?? "")) known = { visitor: await visitorOf(reset), reset };
        known ??= { visitor: await visitorOf(tab) };
        // What was recorded before a log-out and comes late is not the next visitor's.
        const isEarlier = reset === undefined && id < (known.reset ?? "");
        named.push(isEarlier ? batch : { ...batch, visitor: known.visitor });
      }
      if (known === undefined || known === before) return { batches: named, set: undefined };
      const { visitor, reset } = known;
      return { batches: named, set: write(reset === undefined ? visitor : `${visitor}.${reset}`, lifeInSeconds) };
    },
    forget: (incoming) => (read(incoming) === undefined ? undefined : write("", 0)),
  };
}
