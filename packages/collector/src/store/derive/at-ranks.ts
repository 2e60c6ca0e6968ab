/** Numbers of 0 and more, each with the group that it is in; the same at every call. */
export type EachNumber = (visit: (group: number, value: number) => void) => void;

/** A group: how many numbers it has, the least and the greatest of them, and which is asked for, in ascending order from 1. */
export interface Ranked {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly rank: number;
}

type Span = { -readonly [field in keyof Ranked]: Ranked[field] };

/** Numbers that are kept at once. */
const mostKept = 200_000;

/** Parts in which a span is counted. */
const parts = 64;

/**
 * The number at its rank of each group, as sorting them would find it, with no more than `most` of them kept: each reading
 * tells more closely between which two it lies, until those between are few enough to be sorted.
 */
export function atRanks(each: EachNumber, groups: readonly Ranked[], most: number = mostKept): readonly number[] {
  const spans: Span[] = groups.map((group) => ({ ...group }));
  for (;;) {
    const left = spans.reduce((sum, span) => sum + (isFound(span) ? 0 : span.count), 0);
    if (left === 0) return spans.map(({ min }) => min);
    if (left <= most) return sorted(each, spans);
    narrow(each, spans);
  }
}

const isFound = ({ min, max }: Span): boolean => min === max;

function sorted(each: EachNumber, spans: readonly Span[]): readonly number[] {
  const kept = spans.map((span) => ({ values: new Float64Array(isFound(span) ? 0 : span.count), used: 0 }));
  within(each, spans, (group, value) => {
    const own = kept[group] as { readonly values: Float64Array; used: number };
    own.values[own.used++] = value;
  });
  return spans.map((span, group) => (isFound(span) ? span.min : (kept[group]?.values.sort()[span.rank - 1] as number)));
}

/** Leaves of each span the part that its rank is in. */
function narrow(each: EachNumber, spans: readonly Span[]): void {
  const counts = new Uint32Array(spans.length * parts);
  const least = new Float64Array(spans.length * parts).fill(Number.POSITIVE_INFINITY);
  const greatest = new Float64Array(spans.length * parts);
  within(each, spans, (group, value) => {
    const at = group * parts + partOf(spans[group] as Span, value);
    counts[at] = (counts[at] as number) + 1;
    least[at] = Math.min(least[at] as number, value);
    greatest[at] = Math.max(greatest[at] as number, value);
  });
  spans.forEach((span, group) => {
    if (isFound(span)) return;
    let at = group * parts;
    while (span.rank > (counts[at] as number)) {
      span.rank -= counts[at] as number;
      at++;
    }
    span.count = counts[at] as number;
    span.min = least[at] as number;
    span.max = greatest[at] as number;
  });
}

/** The numbers that may still be the ones asked for. */
function within(each: EachNumber, spans: readonly Span[], visit: (group: number, value: number) => void): void {
  each((group, value) => {
    const span = spans[group];
    if (span && !isFound(span) && value >= span.min && value <= span.max) visit(group, value);
  });
}

const double = new DataView(new ArrayBuffer(8));

/** The bits of a number of 0 and more, in two halves: they rise with it. */
function bitsOf(value: number): readonly [high: number, low: number] {
  // -0 is as great as 0, but for its bits.
  double.setFloat64(0, value + 0);
  return [double.getUint32(0), double.getUint32(4)];
}

/**
 * Which part of a span: parts of its bits and not of its length, so that a few numbers that are larger by far than all
 * others take no part away from these. The ends of a span are in different parts, so that each reading leaves less of it.
 */
function partOf({ min, max }: Span, value: number): number {
  const [from, fromLow] = bitsOf(min);
  const [to, toLow] = bitsOf(max);
  const [at, low] = bitsOf(value);
  const share = from < to ? (at - from) / (to - from) : (low - fromLow) / (toLow - fromLow);
  return Math.floor(share * (parts - 1));
}
