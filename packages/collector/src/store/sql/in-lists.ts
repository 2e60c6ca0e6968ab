/** Values that are asked for at once, a power of two. */
const mostAsked = 256;

/**
 * Values in lists for `IN`, each as long as a power of two: few lengths make few statements to prepare. The last value of a
 * list may stand in it more than once, which finds nothing twice.
 */
export function* inLists<Value>(values: Iterable<Value>): Generator<readonly Value[]> {
  const wanted = [...new Set(values)];
  for (let from = 0; from < wanted.length; from += mostAsked) {
    const some = wanted.slice(from, from + mostAsked);
    const last = some.at(-1) as Value;
    while ((some.length & (some.length - 1)) !== 0) some.push(last);
    yield some;
  }
}
