import type { Position, Range, ReaderState, Tally } from "../journal.js";

/** What a head sums up and what a note changes, as JSON in a frame. */
export interface Summary {
  /** In a head the counters; in a note what is added to them. */
  readonly tally?: Tally;
  /** Readers' new states; null for one that was forgotten. */
  readonly readers?: { readonly [name: string]: ReaderState | null };
  readonly dropped?: number;
  readonly floor?: Position;
  /** Heads only: the place that comes next, and how much of the segment before is valid, with the text of its nonce. */
  readonly next?: Position;
  readonly prior?: { readonly name: string; readonly bytes: number; readonly nonce?: string };
}

/**
 * Reads a head or a note of which `last` was the newest place. Undefined for what no journal writes: numbers that are not
 * whole or cannot be added to, or places after `last`. Whoever believed those would skip records that are yet to come.
 */
export function parseSummary(json: string, last: Position): Summary | undefined {
  const value = parseObject(json);
  if (value === undefined) return undefined;
  const { tally = {}, readers = {}, dropped = 0, floor = 0, next = last + 1, prior } = value;
  const isPlace = (place: unknown): boolean => isCount(place) && place <= last;
  const isPossible =
    isTally(tally) &&
    isObject(readers) &&
    Object.values(readers).every((reader) => reader === null || isReader(reader, isPlace)) &&
    isCount(dropped) &&
    isPlace(floor) &&
    next === last + 1 &&
    (prior === undefined || isPrior(prior));
  return isPossible ? value : undefined;
}

/** Reads an append's counters; undefined for what cannot be added to others. */
export function parseTally(json: string): Tally | undefined {
  const value = parseObject(json);
  return isTally(value) ? value : undefined;
}

function isReader(value: unknown, isPlace: (place: unknown) => boolean): value is ReaderState {
  if (!isObject(value) || !isPlace(value.position) || !isTally(value.tally)) return false;
  const { ahead = [] } = value;
  return Array.isArray(ahead) && ahead.every((range) => isRange(range) && range.every(isPlace));
}

const isPrior = (value: unknown): boolean =>
  isObject(value) && typeof value.name === "string" && isCount(value.bytes) && typeof (value.nonce ?? "") === "string";

const isRange = (value: unknown): value is Range => Array.isArray(value) && value.length === 2 && value[0] <= value[1];

const isTally = (value: unknown): value is Tally =>
  isObject(value) && Object.values(value).every((count) => Number.isSafeInteger(count));

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseObject(json: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
