import { readdir } from "node:fs/promises";
import { halvesOf, linesOf } from "../lines/line-files.js";

/** A dead letter as its line of JSON has it. */
export interface KeptLetter {
  /** When it was given up, and when the relay had received it, in ms since 1970. */
  readonly at: number;
  readonly receivedAt: number;
  readonly target: string;
  readonly code: string;
  readonly message: string;
  /** The batch's id. */
  readonly id: string;
  readonly kind: "batch" | "gone";
  /** The site's public key and id. */
  readonly key: string;
  readonly site: string;
  /** Which of the batch's events it is, where it is one event alone. */
  readonly event?: number;
  readonly batch?: { readonly events?: readonly unknown[] };
  /** Discards that a sender reported. */
  readonly gone?: unknown;
  /** In base64, where it could not be read as JSON. */
  readonly raw?: string;
}

/** Which letters are wanted; all of them where nothing is said. */
export interface LetterFilter {
  readonly target?: string | undefined;
  readonly code?: string | undefined;
  /** The batch's id. */
  readonly id?: string | undefined;
}

/** A letter in its place; undefined where a line is none. */
export interface LetterLine {
  readonly hash: string;
  readonly text: string;
  readonly letter: KeptLetter | undefined;
}

/** Targets that have letters in a folder, by name. */
export async function letterTargets(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const targets = names.flatMap((name) => /^(.+?)(?:\.1)?\.ndjson$/.exec(name)?.[1] ?? []);
  return [...new Set(targets)].sort();
}

/** One target's letters, oldest first, in bounded memory. */
export async function* lettersFor(folder: string, target: string): AsyncGenerator<LetterLine> {
  for await (const { text, hash } of linesOf(halvesOf(folder, target))) yield { text, hash, letter: letterOf(text) };
}

/** Whether a letter is wanted. */
export const isWanted = (letter: KeptLetter, { target, code, id }: LetterFilter): boolean =>
  (target === undefined || letter.target === target) &&
  (code === undefined || letter.code === code) &&
  (id === undefined || letter.id === id);

/** Letters of all targets that are wanted, the newest last, merged by their time: each target's own stay in their order. */
export async function* deadLettersIn(folder: string, filter: LetterFilter): AsyncGenerator<KeptLetter> {
  const targets = (await letterTargets(folder)).filter((it) => filter.target === undefined || it === filter.target);
  const heads: { readonly rest: AsyncGenerator<KeptLetter>; head: KeptLetter }[] = [];
  for (const target of targets) {
    const rest = wanted(folder, target, filter);
    const first = await rest.next();
    if (!first.done) heads.push({ rest, head: first.value });
  }
  while (heads.length > 0) {
    const oldest = heads.reduce((one, other) => (other.head.at < one.head.at ? other : one));
    yield oldest.head;
    const next = await oldest.rest.next();
    if (next.done) heads.splice(heads.indexOf(oldest), 1);
    else oldest.head = next.value;
  }
}

async function* wanted(folder: string, target: string, filter: LetterFilter): AsyncGenerator<KeptLetter> {
  for await (const { letter } of lettersFor(folder, target)) {
    if (letter !== undefined && isWanted(letter, filter)) yield letter;
  }
}

// A kill in mid-write leaves half a line.
function letterOf(text: string): KeptLetter | undefined {
  try {
    const letter = JSON.parse(text) as Partial<KeptLetter> | null;
    const { at, target, code, id, kind } = letter ?? {};
    const isLetter = typeof at === "number" && typeof target === "string" && typeof code === "string";
    return isLetter && typeof id === "string" && (kind === "batch" || kind === "gone")
      ? (letter as KeptLetter)
      : undefined;
  } catch {
    return undefined;
  }
}
