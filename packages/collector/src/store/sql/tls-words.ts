import { UnfitAddress } from "./unfit-address.js";

/** An address without the words of TLS in its query, and what those say. */
export interface TlsWords<Word extends string> {
  readonly rest: string;
  readonly said: { readonly [word in Word]?: string };
}

/** What the names of all such words have in them, whoever made them up, and of those that ask as much of a server. */
const likeTls = /ssl|tls|certificate|channel_?binding|gssenc|require_?auth/i;
/** Such a word inside of something else: what stands before it does not part it from that, as a second `?` or a `;`. */
const hidden = /[?;&\s](ssl|tls)[\w-]*=/i;

/**
 * Takes the words of TLS out of an address, for drivers know others, pass over what they do not know, and connect without. The
 * rest stays byte for byte. Throws `UnfitAddress` at words that look like TLS and are none of the known, and at what is empty,
 * hidden or said twice: the connection would be less safe than its address says. No message repeats what may be a password.
 */
export function tlsWords<Word extends string>(address: string, known: readonly Word[]): TlsWords<Word> {
  const whole = address.trim();
  if (whole.includes("#")) throw new UnfitAddress("what stands behind # nobody reads; write %23 for it");
  const [base = "", ...more] = whole.split("?");
  const query = more.join("?");
  if (!base.includes("@") && query.includes("@"))
    throw new UnfitAddress("in a user or a password write %3F for ?, in what follows the ? write %40 for @");
  if (hidden.test(base)) throw new UnfitAddress("words of TLS follow a ?, with & between them");
  const said: { [word: string]: string } = {};
  const others: string[] = [];
  for (const pair of query.split("&")) {
    const [[word, value] = ["", ""]] = new URLSearchParams(pair);
    if (hidden.test(value)) throw new UnfitAddress("words of TLS have & between them, and stand in no other's value");
    if (!likeTls.test(word)) {
      others.push(pair);
      continue;
    }
    if (!(known as readonly string[]).includes(word)) {
      const name = /^[\w-]+$/.test(word) ? word : "one of its words";
      throw new UnfitAddress(`${name} is not understood; of TLS it may say ${known.join(", ")}`);
    }
    if (word in said) throw new UnfitAddress(`${word} is said twice`);
    if (value === "") throw new UnfitAddress(`${word} is empty`);
    said[word] = value;
  }
  if (Object.keys(said).length === 0) return { rest: whole, said: {} };
  return { rest: others.length === 0 ? base : `${base}?${others.join("&")}`, said: said as TlsWords<Word>["said"] };
}
