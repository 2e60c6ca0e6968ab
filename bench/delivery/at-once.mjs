/**
 * Gives tasks their turn, in their order: at most `most` of them run at a time.
 *
 * @param {number} most
 * @returns {<Result>(task: () => Promise<Result>) => Promise<Result>}
 */
export function atOnce(most) {
  const waiting = [];
  let running = 0;
  return async (task) => {
    if (running === most) await new Promise((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // Whoever is next takes the place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
