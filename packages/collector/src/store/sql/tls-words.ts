import { UnfitAddress } from "./unfit-address.js";

/** An address without the words of TLS in its query, and what those say. */
export interface TlsWords<Word extends string> {
  readonly rest: string;
  readonly said: { readonly [word in Word]?: string };
}

/** What the names of all such words have in them, whoever made them up; no other option of a driver has. */
const likeTls = /ssl|tls|certificate|channel_?binding/i;
/** Such a word inside a value: what stands before it does not part it from the one before, as a second `?` or a `;`. */
const hidden = /[?;&\s](ssl|tls)[\w-]*=/i;

/**
 * Takes the words of TLS out of an address, for drivers know others, pass over what they do not know, and connect without.
 * Throws `UnfitAddress` at words that look like TLS and are none of the known, and at what is empty, hidden or said twice: the
 * connection would be less safe than its address says.
 */
export function tlsWords<Word extends string>(address: string, known: readonly Word[]): TlsWords<Word> {
  if (address.includes("#")) throw new UnfitAddress("what stands behind # nobody reads; write %23 for it");
  const [base = "", ...more] = address.split("?");
  const query = new URLSearchParams(more.join("?"));
  const said: { [word: string]: string } = {};
  for (const [word, value] of [...query]) {
    if (hidden.test(value)) throw new UnfitAddress(`${word} holds more than one word; & stands between them`);
    if (!likeTls.test(word)) continue;
    if (!(known as readonly string[]).includes(word))
      throw new UnfitAddress(`${word} is not understood; of TLS it may say ${known.join(", ")}`);
    if (word in said) throw new UnfitAddress(`${word} is said twice`);
    if (value === "") throw new UnfitAddress(`${word} is empty`);
    said[word] = value;
    query.delete(word);
  }
  if (Object.keys(said).length === 0) return { rest: address, said: {} };
  return { rest: query.size === 0 ? base : `${base}?${query}`, said: said as TlsWords<Word>["said"] };
}
